import { expect, test } from './fixtures.ts';
import { pictures } from './pictures.ts';
import { ProjectBox } from './project-box.ts';

test.use({ world: { name: 'screens' } });

test('pictures of the first start, of agents at work, of the settings and of terminals are made', async ({
  agor,
  page,
}) => {
  test.setTimeout(240_000);
  await pictures(page, agor, 'first-run');

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
  await pictures(page, agor, 'busy');

  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Projects' }).click();
  await pictures(page, agor, 'settings-projects');
  await page.getByRole('tab', { name: 'Agents' }).click();
  await pictures(page, agor, 'settings-agents');
  for (const section of ['Budgets', 'Notifications']) {
    await page.getByRole('tab', { name: section }).click();
    await pictures(page, agor, `settings-${section.toLowerCase()}`);
  }
  await page.getByRole('button', { name: 'Projects', exact: true }).first().click();

  await notes.region.getByRole('button', { name: 'Show terminals' }).click();
  await page.getByRole('button', { name: 'Open a terminal' }).click();
  const terminal = page.getByRole('textbox', { name: 'Terminal sh of notes' });
  await terminal.focus();
  await page.keyboard.type('ls -la / | head -20; git --version');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tabpanel', { name: 'Terminal sh of notes' })).toContainText('git version');
  await pictures(page, agor, 'terminal', () => notes.region.scrollIntoViewIfNeeded());
});
