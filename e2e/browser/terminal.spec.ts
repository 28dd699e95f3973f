import AxeBuilder from '@axe-core/playwright';
import { expect, HUB_AWAY, type Locator, type Page, test } from './fixtures.ts';
import { pictures } from './pictures.ts';
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

test('twelve terminals: those shown longest ago are parked, and come back as they were', async ({ agor, page }) => {
  test.setTimeout(240_000);
  await agor.project('parked');
  const box = new ProjectBox(page, 'parked');
  await openTerminals(page, box, 12);
  const shell = (n: number) => new Shell(page, `Terminal sh${n === 1 ? '' : ` ${n}`} of parked`);
  await shell(1).tab.click();
  await shell(1).run('for i in $(seq 1 400); do echo "row $i of old"; done');
  await expect.poll(() => shell(1).screen()).toContain('row 400 of old');
  const text = await shell(1).screen();
  await shell(2).tab.click();
  // The alternate screen with the cursor behind a word, and a coloured one; the line is read without being shown anew.
  await shell(2).run(
    "clear; echo below; printf '\\033[?1049h\\033[2;5H\\033[31mred\\033[0m and '; read line; printf '\\033[?1049l'; echo \"got $line\"",
  );
  await expect.poll(() => shell(2).screen()).toBe('\n    red and');
  for (let n = 3; n <= 12; n++) {
    await shell(n).tab.click();
    await shell(n).run(`echo shell-${n}-$((40+2))`);
    await expect.poll(() => shell(n).screen()).toContain(`shell-${n}-42`);
  }
  await expect.poll(() => page.locator('.xterm').count()).toBeLessThanOrEqual(8);
  await shell(1).tab.click();
  await expect.poll(() => shell(1).screen()).toBe(text);
  await page.keyboard.press('Alt+Shift+F');
  await page.keyboard.type('row 1 of old');
  await expect(shell(1).panel.getByText('1 of 1', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await shell(2).tab.click();
  await expect.poll(() => shell(2).screen()).toBe('\n    red and');
  await shell(2).panel.getByRole('textbox').focus();
  await page.keyboard.type('typed');
  await expect.poll(() => shell(2).screen()).toBe('\n    red and typed');
  await page.keyboard.press('Enter');
  await expect.poll(() => shell(2).screen()).toMatch(/below\n(.*\n)?got typed/);
});

test('terminals stand side by side, are searched by pattern, and show what the agent ran', async ({ agor, page }) => {
  test.setTimeout(180_000);
  await agor.project('side');
  const box = new ProjectBox(page, 'side');
  await box.prompt('run printf "\\033[32mgreen\\033[0m\\n"; printf "\\033]0;owned\\007"; seq 1 200; exit 3');
  await box.answerByKey(box.asks.first(), 'a');
  await box.turnsEnded(1);
  await openTerminals(page, box, 1);
  const [left, right] = [new Shell(page, 'Terminal sh of side'), new Shell(page, 'Terminal sh 2 of side')];
  await left.run('echo on the left');
  await page.keyboard.press('Alt+Shift+D');
  await expect(right.panel).toBeVisible();
  await right.run('echo on the right 123');
  await expect(left.panel).toBeVisible();
  await expect.poll(() => left.screen()).toContain('\non the left');
  await page.keyboard.press('Alt+Shift+ArrowLeft');
  await expect(left.panel.getByRole('textbox')).toBeFocused();
  await page.keyboard.press('Alt+Shift+ArrowRight');
  await page.keyboard.press('Alt+Shift+F');
  await page.keyboard.press('Alt+R');
  await page.keyboard.type('right \\d+$');
  await expect(right.panel.getByText(/of \d+$/)).toBeVisible();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'side: terminal menu' }).click();
  await page.getByRole('menuitem', { name: 'What the agent runs' }).click();
  const preview = page.getByRole('tabpanel', { name: /^Agent preview/ });
  await expect.poll(() => preview.locator('.xterm-rows').textContent()).toContain('exit 3');
  await expect(page).not.toHaveTitle(/owned/);
  await preview.getByRole('button', { name: 'All output' }).click();
  await expect.poll(() => preview.locator('.xterm-rows').textContent()).toContain('200');
  const { violations } = await new AxeBuilder({ page })
    .include('[data-testid="project-box"]')
    .withTags(['wcag2a', 'wcag2aa'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  await pictures(page, agor, 'terminals', () => box.region.scrollIntoViewIfNeeded());
});
