import { expect, test } from './fixtures.ts';
import { ProjectBox } from './project-box.ts';

test.use({ world: { name: 'anchors' } });

test('what was said first, and what was pinned, outlives a compaction: kept, chosen within a budget, and sent along once', async ({
  agor,
  page,
}) => {
  await agor.project('keeper');
  const box = new ProjectBox(page, 'keeper');
  const turn = async (prompt: string, answer: string): Promise<void> => {
    await box.prompt(prompt);
    // The list shows only what is on the screen: its last row, not how many came before.
    await expect(box.transcript.locator('[data-row=text]').last()).toHaveText(answer);
    await expect(box.region).toHaveAttribute('data-agent-status', 'done');
  };
  await turn('say the code is heliotrope', 'the code is heliotrope');
  await turn('say two', 'two');
  await turn('say three', 'three');
  await turn('say the fourth is lilac', 'the fourth is lilac');
  const words = box.transcript.locator('[data-row=text]', { hasText: 'the fourth is lilac' });
  await words.hover();
  await words.getByRole('button', { name: /^Pin this message/ }).click();
  await expect(words.getByRole('button', { name: 'Take the pin off this message' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await turn('compact', 'Compacted.');
  await expect(box.transcript).toContainText('Conversation compacted on request');
  await expect(box.transcript).toContainText(
    'The first 3 turns of this conversation go with every run of this project',
  );

  await box.region.getByRole('tab', { name: 'Context' }).click();
  const tab = box.region.getByTestId('context-tab');
  await expect(tab.locator('[data-anchor=auto]')).toHaveCount(3);
  const pinned = tab.getByRole('article', { name: /the fourth is lilac/ });
  await pinned.getByRole('button', { name: 'Promote' }).click();
  await expect(pinned).toContainText('Promoted');
  await expect(tab).toContainText('4 anchors, about');
  await tab.getByLabel('Size of the budget').selectOption('small');
  await expect(tab).toContainText('of 2 k tokens');
  await tab
    .getByRole('article', { name: /say three/ })
    .getByRole('button', { name: 'Remove this anchor' })
    .click();
  await expect(tab.getByRole('article')).toHaveCount(3);

  await box.region.getByRole('tab', { name: 'Model' }).click();
  await turn('say what the code is', 'what the code is');
  await box.transcript.getByRole('button', { name: /^with 3 anchors from agor/ }).click();
  const sent = box.transcript.getByLabel('Anchors that went with this prompt');
  await expect(sent).toContainText('User: say the code is heliotrope');
  await expect(sent).toContainText('Assistant: the fourth is lilac');
  await turn('say it again', 'it again');
  await expect(box.transcript.getByRole('button', { name: /anchors from agor/ })).toHaveCount(1);

  await page.reload();
  await box.region.getByRole('tab', { name: 'Context' }).click();
  await expect(tab.getByRole('article')).toHaveCount(3);
});
