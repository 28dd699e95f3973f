import type { World } from '@agor/e2e/world';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { chromiumLaunch } from '../../packages/web/chromium.ts';

/** A person's window: the real Chromium with the face in it, signed in. */
export class Window implements AsyncDisposable {
  private constructor(
    private readonly browser: Browser,
    readonly page: Page,
    readonly cdp: CDPSession,
  ) {}

  static async open(world: World): Promise<Window> {
    const browser = await chromium.launch(chromiumLaunch());
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
    const { url, token } = world.serving.info;
    await page.goto(`${url.replace(/\/$/, '')}/#token=${token}`);
    await page.getByText('connected', { exact: true }).waitFor();
    return new Window(browser, page, cdp);
  }

  /** Elements in the page. */
  nodes(): Promise<number> {
    return this.page.evaluate(() => document.querySelectorAll('*').length);
  }

  /** What the page's scripts hold once everything unused is collected, MB. */
  async heapMb(): Promise<number> {
    await this.cdp.send('HeapProfiler.collectGarbage');
    return (await this.metric('JSHeapUsedSize')) / 1e6;
  }

  /** Seconds of processor time that the page's main thread worked since it began. */
  workSeconds(): Promise<number> {
    return this.metric('TaskDuration');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
  }

  private async metric(name: string): Promise<number> {
    const { metrics } = await this.cdp.send('Performance.getMetrics');
    const found = metrics.find((each) => each.name === name);
    if (!found) throw new Error(`the browser has no figure ${name}`);
    return found.value;
  }
}
