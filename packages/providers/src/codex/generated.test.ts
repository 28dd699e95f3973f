import { afterAll, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installedBinary } from '../install/index.ts';
import { generateAll, usedOf, writeUsed } from './generate-types.ts';
import { codex } from './provider.ts';

const FOLDER = join(import.meta.dir, 'generated');
const providersDir = process.env.AGOR_PROVIDERS_DIR || join(import.meta.dir, '../../../../.cache/providers');
const program = codex.cli && installedBinary(codex.id, codex.cli, providersDir);
const scratch = mkdtempSync(join(tmpdir(), 'agor-codex-types-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function inTree(): Map<string, string> {
  const names = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return new Map(names.map((name) => [name.slice(0, -'.ts'.length), readFileSync(join(FOLDER, name), 'utf8')]));
}

test('the types in the tree are whole: whatever they name is there', () => {
  const kept = inTree();
  expect([...usedOf(kept).keys()].sort()).toEqual([...kept.keys()].sort());
});

/** `UPDATE_GENERATED=1` writes the types anew, after the pinned version was changed. */
test.skipIf(!program || !existsSync(program))(
  'the types in the tree are those that the pinned program generates (needs codex 0.169.0)',
  () => {
    const used = usedOf(generateAll(program ?? '', scratch));
    if (process.env.UPDATE_GENERATED) writeUsed(used, FOLDER);
    const kept = inTree();
    expect([...kept.keys()].sort()).toEqual([...used.keys()].sort());
    for (const [name, text] of used) if (kept.get(name) !== text) expect(kept.get(name)).toBe(text);
  },
  60_000,
);
