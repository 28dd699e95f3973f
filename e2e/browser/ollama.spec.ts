import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { ProjectBox } from './project-box.ts';

// The real loop of a local model, before a stand-in of its server.
test.use({ world: { name: 'ollama', ollama: true } });

test('a local model is chosen from what the server has, and writes a file after asking', async ({ agor, page }) => {
  const folder = await agor.project('local-write', 'ollama');
  const box = new ProjectBox(page, 'local-write');
  await expect(box.composer).toBeVisible();
  await box.region.getByRole('button', { name: /^Model: / }).click();
  await page.getByRole('menuitemradio', { name: /gpt-oss:20b/ }).click();
  await box.prompt('create note.txt: by a local model');
  await box.answer(box.ask('Permission', 'Write note.txt'), /Allow/);
  await box.turnsEnded(1);
  expect(existsSync(join(folder, 'note.txt'))).toBe(true);
  await expect(box.region.getByRole('button', { name: /^Model: gpt-oss:20b/ })).toBeVisible();
  await expect(box.region.getByRole('button', { name: /^Thinking/ })).toBeVisible();
  await box.region.getByTestId('usage-menu').click();
  await expect(page.getByRole('meter', { name: 'The model’s window' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Compact the conversation' })).toBeVisible();
});

test('models are listed with their sizes, and one is fetched with its progress', async ({ page }) => {
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('tab', { name: 'Agents' }).click();
  const card = page.getByRole('region', { name: /^Ollama/ });
  await card.getByText(/^Settings of/).click();
  const models = card.getByRole('region', { name: /^Models of/ });
  await expect(models.getByRole('listitem').filter({ hasText: 'qwen3:8b' })).toContainText('GB');
  await models.getByRole('textbox', { name: 'Model to fetch' }).fill('smollm2:135m');
  await models.getByRole('button', { name: 'Fetch', exact: true }).click();
  await expect(models.getByText('Fetched smollm2:135m')).toBeVisible();
  await expect(models.getByRole('listitem').filter({ hasText: 'smollm2:135m' })).toBeVisible();
});
