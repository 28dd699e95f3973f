import { resolve } from 'node:path';
import { expect, type Page, test } from './fixtures.ts';
import { ProjectBox } from './project-box.ts';
import type { BrowserWorld } from './world.ts';

// Pictures for people to look at; nothing in them is compared.
test.use({ world: { name: 'screens' } });

const FOLDER = resolve(import.meta.dirname, '..', '..', 'test-results', 'screens');
const SIZES = [
  { width: 1366, height: 768 },
  { width: 1920, height: 1080 },
  { width: 2560, height: 1440 },
];

async function inEverySize(page: Page, agor: BrowserWorld, name: string, shown?: ProjectBox): Promise<void> {
  for (const theme of ['mocha', 'latte']) {
    await agor.agor('config', 'set', 'theme', JSON.stringify(theme));
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await shown?.region.scrollIntoViewIfNeeded();
      await page.screenshot({ path: resolve(FOLDER, `${name}-${size.width}-${theme}.png`), animations: 'disabled' });
    }
  }
}

test('pictures of the first start, of agents at work, of the settings and of terminals are made', async ({
  agor,
  page,
}) => {
  test.setTimeout(240_000);
  await inEverySize(page, agor, 'first-run');

  const shop = new ProjectBox(page, 'Web Shop');
  const api = new ProjectBox(page, 'Invoice API');
  await agor.project('notes');
  const notes = new ProjectBox(page, 'notes');
  await api.prompt('Round the totals to cents.');
  await shop.prompt('subagent delay=0');
  await expect(api.asks).toHaveCount(1);
  await shop.turnsEnded(1);
  await shop.prompt('plan');
  await notes.prompt('todo');
  await notes.turnsEnded(1);
  await notes.prompt('question');
  await expect(shop.asks).toHaveCount(1);
  await expect(notes.asks).toHaveCount(1);
  await inEverySize(page, agor, 'busy');

  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Projects' }).click();
  await inEverySize(page, agor, 'settings-projects');
  await page.getByRole('tab', { name: 'Agents' }).click();
  await inEverySize(page, agor, 'settings-agents');
  await page.getByRole('button', { name: 'Projects', exact: true }).first().click();

  await notes.region.getByRole('button', { name: 'Show terminals' }).click();
  await page.getByRole('button', { name: 'Open a terminal' }).click();
  const terminal = page.getByRole('textbox', { name: 'Terminal sh of notes' });
  await terminal.focus();
  await page.keyboard.type('ls -la / | head -20; git --version');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tabpanel', { name: 'Terminal sh of notes' })).toContainText('git version');
  await inEverySize(page, agor, 'terminal', notes);
});
