import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { findBun } from '../../scripts/lib/places.mjs';
import { expect, type Page, test } from './fixtures.ts';
import { pictures } from './pictures.ts';

const made = mkdtempSync(join(tmpdir(), 'agor-knowledge-'));
const memora = join(made, 'memora');
const env = { AGOR_TEST: '1', AGOR_TEST_CTX_DIR: join(made, 'ctx'), AGOR_TEST_MEMORA_DIR: memora };
test.use({ world: { name: 'knowledge', env } });

async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa']).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
}

const MEMORA = `
import { Database } from 'bun:sqlite';
const db = new Database(process.env.MEMORIES, { create: true });
db.run('CREATE TABLE memories (id INTEGER PRIMARY KEY, content TEXT, tags TEXT, metadata TEXT, created_at TEXT, updated_at TEXT)');
db.run('CREATE VIRTUAL TABLE memories_fts USING fts5(content, metadata, tags)');
for (const [id, content, tags] of [[1, 'Invoices round half up', '["billing","api","v2","eu","tax"]'], [2, 'Deploys go out on Tuesdays', '["ops"]']]) {
  db.query("INSERT INTO memories VALUES (?, ?, ?, '{}', '2026-01-05', NULL)").run(id, content, tags);
  db.query("INSERT INTO memories_fts (rowid, content, metadata, tags) VALUES (?, ?, '', ?)").run(id, content, tags);
}`;

test('tests are run, and a failure leads to its line; memories are searched; the ctx database is made', async ({
  agor,
  page,
}) => {
  test.setTimeout(300_000);
  const folder = await agor.project('sums');
  writeFileSync(join(folder, 'package.json'), '{"scripts":{"test":"node --test"},"type":"module"}\n');
  writeFileSync(
    join(folder, 'sum.test.js'),
    "import assert from 'node:assert';\nimport { test } from 'node:test';\ntest('adds', () => assert.equal(1 + 1, 2));\ntest('carries', () => {\n  assert.equal(1 + 1, 3);\n});\n",
  );
  const box = page.getByRole('region', { name: 'sums', exact: true });
  const tab = (name: string) => box.getByRole('tab', { name, exact: true }).click();

  await tab('Testing');
  await box.getByRole('button', { name: 'npm test' }).click();
  await box.getByRole('button', { name: 'Keep this command' }).click();
  await box.getByRole('button', { name: 'Run the tests' }).click();
  await expect(box.getByText('1 failed, 1 passed')).toBeVisible({ timeout: 120_000 });
  await accessible(page);
  await pictures(page, agor, 'testing', () => box.scrollIntoViewIfNeeded());
  await page.reload();
  await expect(box.getByText('1 failed, 1 passed')).toBeVisible({ timeout: 60_000 });
  await box.getByRole('button', { name: 'sum.test.js:5' }).click();
  await expect(box.getByRole('textbox', { name: 'Content of sum.test.js' })).toBeVisible({ timeout: 60_000 });

  await tab('Memory');
  await expect(box.getByText(memora)).toBeVisible({ timeout: 60_000 });
  mkdirSync(memora);
  const script = join(made, 'memora.ts');
  writeFileSync(script, MEMORA);
  execFileSync(findBun() ?? 'bun', [script], { env: { ...process.env, MEMORIES: join(memora, 'memories.db') } });
  await box.getByRole('button', { name: 'Look again' }).click();
  await expect(box.getByText('2 memories')).toBeVisible({ timeout: 60_000 });
  await box.getByLabel('Search the memories').fill('round');
  await expect(box.getByText('1 memory')).toBeVisible({ timeout: 60_000 });
  await expect(box.getByText('+1')).toBeVisible();
  await accessible(page);
  await pictures(page, agor, 'memory', () => box.scrollIntoViewIfNeeded());

  await tab('Context');
  await box.getByRole('button', { name: 'Create the database' }).click();
  await box.getByRole('button', { name: 'Register this project' }).click({ timeout: 60_000 });
  await expect(box.getByText('Nothing is noted for sums yet.')).toBeVisible({ timeout: 60_000 });
  await accessible(page);
});
