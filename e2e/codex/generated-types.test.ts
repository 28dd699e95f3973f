import { expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FOLDER, generateAll, inTree, usedOf, writeUsed } from '../../packages/providers/src/codex/generate-types.ts';
import { vendorCli } from '../standins/vendor-cli.ts';

/** `UPDATE_GENERATED=1` writes the types anew, after the pinned version was changed. */
test('the types in the tree are those that the pinned program generates', async () => {
  const program = await vendorCli('codex');
  const scratch = mkdtempSync(join(tmpdir(), 'agor-codex-types-'));
  try {
    const used = usedOf(generateAll(program, scratch));
    if (process.env.UPDATE_GENERATED) writeUsed(used, FOLDER);
    const kept = inTree();
    expect([...kept.keys()].sort()).toEqual([...used.keys()].sort());
    for (const [name, text] of used) expect(kept.get(name)).toBe(text);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}, 600_000);
