import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { ProjectBox } from './project-box.ts';

test.use({ world: { name: 'claude', claude: true } });
// The first read of the CLI's 0.4 GB may take many seconds.
test.describe.configure({ timeout: 120_000 });

test('the real Claude CLI: thinking, text, a command, a write that asks, the file on disk, and a cost', async ({
  agor,
  page,
}) => {
  const folder = await agor.project('claude-project', 'claude');
  const box = new ProjectBox(page, 'claude-project');
  await box.prompt('write allowed.txt: written from the browser');
  const card = box.ask('Permission', 'Write allowed.txt');
  await expect(card).toBeVisible({ timeout: 90_000 });
  await expect(box.transcript.getByRole('button', { name: /Thought|First I look/ }).first()).toBeVisible();
  await expect(box.transcript).toContainText('Let me look around.');
  await expect(box.transcript.getByRole('region', { name: /^Bash / })).toContainText('hi');
  await box.answerByKey(card, 'a');
  await expect(box.transcript).toContainText('All done. The file allowed.txt is written.');
  expect(readFileSync(join(folder, 'allowed.txt'), 'utf8')).toBe('written from the browser');
  await box.turnsEnded(1);
  await expect(box.costLines).toContainText('$');
  expect(await agor.ask('modelCalls')).toBeGreaterThan(2);

  await box.prompt('ask question');
  const question = box.ask('Question');
  await question.getByRole('radio', { name: /SQLite/ }).check();
  await box.answer(question, /Answer|Send/);
  await box.turnsEnded(2);
  await expect(box.transcript).toContainText('Noted:');
});
