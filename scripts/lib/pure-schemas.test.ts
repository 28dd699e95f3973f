import { expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markPure } from './pure-schemas.mjs';

/** What a bundle of the two modules says when it is run; `made` counts the calls of `make` in the first. */
async function runBundled(schemas: string, main: string): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'agor-pure-'));
  try {
    writeFileSync(join(dir, 'schemas.ts'), markPure(schemas, true));
    writeFileSync(join(dir, 'main.ts'), main);
    const built = await Bun.build({
      entrypoints: [join(dir, 'main.ts')],
      outdir: dir,
      naming: 'out.js',
      target: 'bun',
    });
    expect(built.success).toBe(true);
    return Bun.spawnSync([process.execPath, join(dir, 'out.js')])
      .stdout.toString()
      .trim();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const SCHEMAS = `
const log: string[] = ((globalThis as Record<string, unknown>).made ??= []) as string[];
function make<T extends object>(name: string, more: T = {} as T) { log.push(name); return { name, more, with: (other: string) => make(other) }; }
export const Used = make('used');
export const Unused = make('unused', { inner: make('inner'), field: Used.more });
export const Chain = make('chain').with('chained');
export const lazy = () => make('later');
export type Name = typeof Used;
`;

test('what no program uses is not made, with all that stands in its arguments', async () => {
  const said = await runBundled(
    SCHEMAS,
    `import { Used } from './schemas.ts'; console.log(Used.name, (globalThis as { made?: string[] }).made?.join());`,
  );
  expect(said).toBe('used used');
});

test('what is used is made as it stands, in its order', async () => {
  const said = await runBundled(
    SCHEMAS,
    `import { Chain, lazy, Unused } from './schemas.ts'; lazy(); console.log(Unused.more.inner.name, Chain.name, (globalThis as { made?: string[] }).made?.join());`,
  );
  expect(said).toBe('inner chained used,inner,unused,chain,chained,later');
});

test('outside the protocol only chains that begin with z are marked', () => {
  const source = "import { z } from 'zod';\nconst A = z.object({ a: z.string() }).strict();\nconst timer = start(z);\n";
  const marked = markPure(source, false);
  expect(marked).toContain('const A = /* @__PURE__ */ (() => (z.object({ a: z.string() }).strict()))();');
  expect(marked).toContain('const timer = start(z);');
});
