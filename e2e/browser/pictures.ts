import { resolve } from 'node:path';
import { expect, type Page } from './fixtures.ts';
import type { BrowserWorld } from './world.ts';

const FOLDER = resolve(import.meta.dirname, '..', '..', 'test-results', 'screens');
const PHONE = { width: 390, height: 844 };
const USUAL = { width: 1366, height: 768 };
const LARGE = [
  { width: 1920, height: 1080 },
  { width: 2560, height: 1440 },
];
/** `AGOR_PICTURES=all`: every theme of these in every size, as they are kept and looked at. Else what tells most, since each costs a second. */
const ALL = process.env.AGOR_PICTURES === 'all';
const THEMES = ALL ? ['mocha', 'latte', 'contrast-dark'] : ['latte', 'mocha'];
const SIZES = ALL ? [PHONE, USUAL, ...LARGE] : [PHONE, USUAL];

/**
 * Pictures for people to look at; nothing in them is compared. On a phone the page must not scroll sideways.
 * @param reveal brings what matters into view again after the window has changed
 */
export async function pictures(page: Page, agor: BrowserWorld, name: string, reveal?: () => Promise<void>) {
  for (const theme of THEMES) {
    await agor.agor('config', 'set', 'theme', JSON.stringify(theme));
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      if (size === PHONE) await staysWithin(page);
      await reveal?.();
      await page.screenshot({ path: resolve(FOLDER, `${name}-${size.width}-${theme}.png`), animations: 'disabled' });
    }
  }
  await page.setViewportSize(USUAL);
}

/** Nothing that scrolls sideways, except a board and code, which do by themselves. */
export async function staysWithin(page: Page): Promise<void> {
  const wider = () =>
    page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      if (scrollWidth <= clientWidth) return '';
      const isClipped = (each: Element): boolean => {
        for (let at = each.parentElement; at && at !== document.body; at = at.parentElement)
          if (getComputedStyle(at).overflowX !== 'visible' && at.getBoundingClientRect().right <= clientWidth)
            return true;
        return false;
      };
      const out = [...document.querySelectorAll('body *')].filter(
        (each) => each.getBoundingClientRect().right > clientWidth && !isClipped(each),
      );
      return `${scrollWidth} in ${clientWidth}: ${out.slice(0, 5).map((each) => each.outerHTML.slice(0, 150))}`;
    });
  // The page follows a new size of the window a little later.
  await expect.poll(wider, 'the page is not wider than the window').toBe('');
}
