import { expect, HUB_AWAY, type Locator, type Page, test } from './fixtures.ts';
import { ProjectBox } from './project-box.ts';

test.use({ world: { name: 'terminal' }, expected: HUB_AWAY });

/** A terminal of a project as a person uses it: by its tab, its keyboard and what is on its screen. */
class Shell {
  readonly tab: Locator;
  readonly panel: Locator;

  constructor(page: Page, name: string) {
    this.tab = page.getByRole('tab', { name });
    this.panel = page.getByRole('tabpanel', { name });
  }

  async run(command: string): Promise<void> {
    // A terminal that is not attached yet takes no keys.
    await expect.poll(() => this.screen()).not.toBe('');
    await expect(this.panel.getByText('connecting…')).toHaveCount(0);
    await this.panel.getByRole('textbox').focus();
    await this.panel.page().keyboard.type(command);
    await this.panel.page().keyboard.press('Enter');
  }

  /** The screen, one line a row, without what is blank at the ends. */
  async screen(): Promise<string> {
    // A terminal draws its screen; what is on it has no role or name.
    const rows = await this.panel.locator('.xterm-rows > div').allInnerTexts();
    return rows
      .map((row) => row.replaceAll(' ', ' ').trimEnd())
      .join('\n')
      .trimEnd();
  }
}

async function openTerminals(page: Page, box: ProjectBox, count: number): Promise<void> {
  await box.region.getByRole('button', { name: 'Show terminals' }).click();
  const section = page.getByRole('region', { name: `${box.name}: terminals` });
  await section.getByRole('button', { name: 'Open a terminal' }).click();
  const tabs = section.getByRole('tablist', { name: `${box.name}: terminals` }).getByRole('tab');
  await expect(tabs).toHaveCount(1);
  for (let n = 2; n <= count; n++) {
    await section.getByRole('button', { name: 'New terminal' }).click();
    await expect(tabs).toHaveCount(n);
  }
}

test('two shells survive a reload with the same screen, and a restart of the hub', async ({ agor, page }) => {
  await agor.project('shells');
  const box = new ProjectBox(page, 'shells');
  await openTerminals(page, box, 2);
  const [first, second] = [new Shell(page, 'Terminal sh of shells'), new Shell(page, 'Terminal sh 2 of shells')];
  await second.run('KEPT=second; echo from $KEPT');
  await expect.poll(() => second.screen()).toContain('\nfrom second');
  await first.tab.click();
  await first.run('KEPT=first; echo from $KEPT; pwd');
  await expect.poll(() => first.screen()).toContain('/shells');
  const before = await first.screen();

  await page.reload();
  await box.region.scrollIntoViewIfNeeded();
  await expect.poll(() => first.screen()).toBe(before);

  await agor.ask('killHub');
  await agor.serve();
  await expect(page.getByText('connected', { exact: true })).toBeVisible();
  await expect.poll(() => first.screen()).toBe(before);
  await first.run('echo still $KEPT');
  await expect.poll(() => first.screen()).toContain('still first');
  await second.tab.click();
  await second.run('echo still $KEPT');
  await expect.poll(() => second.screen()).toContain('still second');
});

test('one shell prints a flood while another is typed into: both screens are right in the end', async ({
  agor,
  page,
}) => {
  await agor.project('flooded');
  const box = new ProjectBox(page, 'flooded');
  await openTerminals(page, box, 2);
  const [flood, typed] = [new Shell(page, 'Terminal sh of flooded'), new Shell(page, 'Terminal sh 2 of flooded')];
  await flood.tab.click();
  await flood.run('seq 1 1500000; echo flood-$((40+2))');
  await expect.poll(() => flood.screen()).toMatch(/\d{3}\n\d{3}/);
  await typed.tab.click();
  for (const word of ['one', 'two', 'three']) {
    await typed.run(`echo typed-${word}`);
    await expect.poll(() => typed.screen()).toContain(`\ntyped-${word}`);
  }
  await flood.tab.click();
  await expect.poll(() => flood.screen()).toContain('1499999\n1500000\nflood-42');
});
