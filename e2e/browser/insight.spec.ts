import { expectAccessible } from './axe.ts';
import { expect, test } from './fixtures.ts';
import { pictures } from './pictures.ts';
import { ProjectBox } from './project-box.ts';

test.use({ world: { name: 'insight' } });

test('a subagent is watched and stopped alone, and its turn stands in the metrics of its project', async ({
  agor,
  page,
}) => {
  test.setTimeout(180_000);
  await agor.project('garden');
  const garden = new ProjectBox(page, 'garden');
  await garden.prompt('say hello');
  await garden.turnsEnded(1);
  await garden.prompt('subagent background key=never');
  await garden.turnsEnded(2);
  await garden.prompt('subagent key=later');
  const panel = garden.region.getByTestId('subagents');
  await expect(panel.getByRole('button', { name: /2 subagents/ })).toBeVisible();
  await expect(panel.getByRole('button', { name: /Look around in the project.*running/ })).toHaveCount(2);
  await pictures(page, agor, 'subagents');
  const stop = panel.getByRole('button', { name: 'Stop Look around in the project' });
  // The one in the foreground began last.
  await stop.first().click();
  await expect(garden.transcript.getByText('The subagent was stopped. I go on without it.')).toBeVisible();
  await expect(stop).toHaveCount(1);
  await panel.getByRole('button', { name: /Look around in the project.*running/ }).click();
  const transcript = page.getByRole('dialog', { name: 'Look around in the project' });
  await expect(transcript.getByText('It has said nothing yet.')).toBeVisible();
  await page.keyboard.press('Escape');
  await stop.click();
  await expect(stop).toHaveCount(0);

  await page.getByRole('button', { name: /^Metrics/ }).click();
  const metrics = page.getByRole('complementary', { name: 'Metrics' });
  const turns = metrics.getByRole('table', { name: 'Last turns' });
  await expect(turns.locator('tbody tr')).toHaveCount(3);
  await expect(metrics.getByRole('figure', { name: 'Turns a day' }).locator('canvas')).toBeVisible();
  await expect(
    metrics.getByRole('table', { name: 'What runs now' }).getByRole('row', { name: /garden/ }),
  ).toContainText('at rest');
  await pictures(page, agor, 'metrics');
  const download = page.waitForEvent('download');
  await metrics.getByRole('button', { name: 'CSV' }).click();
  expect((await download).suggestedFilename()).toBe('agor-turns.csv');
  await page.keyboard.press('Escape');
  await garden.region.getByRole('tab', { name: 'Metrics' }).click();
  await expect(garden.region.getByRole('table', { name: 'Last turns' }).locator('tbody tr')).toHaveCount(3);
  await pictures(page, agor, 'metrics-tab');
});

test('what is sent between agents and the person is written down in the audit log as it happens', async ({
  agor,
  page,
}) => {
  test.setTimeout(120_000);
  await agor.project('orchard');
  await page.getByRole('button', { name: /^Comms/ }).click();
  const comms = page.getByRole('complementary', { name: 'Comms' });
  await comms.getByRole('button', { name: 'Audit log' }).click();
  const log = comms.getByRole('region', { name: 'Audit log' });
  await comms.getByRole('button', { name: /^orchard, / }).click();
  await comms.getByRole('textbox').fill('say good morning');
  await comms.getByRole('textbox').press('Enter');
  await comms.getByRole('button', { name: 'Audit log' }).click();
  await expect(log.getByText(/say good morning/).first()).toBeVisible();
  await pictures(page, agor, 'audit');
  await comms.getByRole('combobox', { name: 'Type' }).selectOption('budget');
  await expect(log.getByText('Nothing of this kind')).toBeVisible();
});

test('the Context tab tells what a conversation is made of, and each turn leads into it', async ({ agor, page }) => {
  test.setTimeout(180_000);
  await agor.project('keeper');
  const box = new ProjectBox(page, 'keeper');
  await box.prompt('write kept.txt hello there');
  await box.answer(box.asks.first(), /^Allow/);
  await box.turnsEnded(1);
  await box.prompt('subagent');
  await box.turnsEnded(2);
  await box.region.getByRole('tab', { name: 'Context' }).click();
  await expect(box.region.getByRole('region', { name: 'What the conversation is made of' })).toContainText(
    'tool calls',
  );
  await expect(box.region.getByRole('img', { name: /Write kept\.txt 1 time/ })).toBeVisible();
  const turns = box.region.getByRole('region', { name: 'Turns' });
  await turns.locator('summary').first().click();
  const said = turns.getByRole('button', { name: /^Answer The subagent says/ });
  await expect(said).toBeVisible();
  await expectAccessible(page, 'the turns of a conversation');
  await pictures(page, agor, 'context-turns', () => turns.scrollIntoViewIfNeeded());
  await said.click();
  await expect(box.transcript.getByRole('group', { name: 'Found message' })).toContainText('The subagent says');
});
