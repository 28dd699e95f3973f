import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { circlesOf } from './circles.ts';
import { ALLOWED, brokenRules, importsOf } from './imports.ts';

const root = join(import.meta.dir, '..');

function sources() {
  const paths = ['packages', 'e2e', 'bench', 'scripts'].flatMap((folder) => [
    ...new Bun.Glob(`${folder}/**/*.{ts,svelte,mjs}`).scanSync({ cwd: root }),
  ]);
  return paths
    .filter((path) => !/(^|\/)(node_modules|dist|test-results|playwright-report)\//.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** The rules that a file with this one import would break. */
function broken(path: string, specifier: string) {
  return brokenRules([{ path, text: `import { x } from '${specifier}';\n` }]);
}

test('every import of agor goes down, and enters a domain by its door', () => {
  const files = sources();
  expect(files.length).toBeGreaterThan(10);
  expect(brokenRules(files)).toEqual([]);
});

test('the domains of a package lie on floors: there is no circle of them', () => {
  expect(circlesOf(sources())).toEqual([]);
});

test('the allowed directions have no cycle', () => {
  const visit = (name: string, above: readonly string[]): void => {
    expect(above).not.toContain(name);
    for (const below of ALLOWED[name] ?? []) visit(below, [...above, name]);
  };
  for (const name of Object.keys(ALLOWED)) visit(name, []);
});

describe('caught', () => {
  test('an import that goes up', () => {
    expect(broken('packages/protocol/src/events.ts', '@agor/hub')).toEqual([
      expect.stringContaining('protocol must not import hub'),
    ]);
    expect(broken('packages/web/src/state/agents.svelte.ts', '@agor/runtime')).toHaveLength(1);
    expect(broken('packages/cli/src/main.ts', '@agor/hub/server')).toHaveLength(1);
  });

  test('a package without a line in the rules', () => {
    expect(broken('packages/new/src/index.ts', '@agor/protocol')).toEqual([
      expect.stringContaining('has no line in ALLOWED'),
    ]);
  });

  test('a relative import into another package', () => {
    expect(broken('packages/hub/src/main.ts', '../../machine/src/index.ts')).toEqual([
      expect.stringContaining('outside of its package'),
    ]);
  });

  test('a circle of domains, also one of types, but not one through tests', () => {
    const file = (path: string, to: string) => ({ path, text: `import type { X } from '../${to}/index.ts';\n` });
    const a = file('packages/hub/src/a/one.ts', 'b');
    const b = file('packages/hub/src/b/two.ts', 'c');
    const c = 'packages/hub/src/c/three';
    expect(circlesOf([a, b, file(`${c}.ts`, 'a')])).toEqual([
      `a circle of domains: a → b → c → a (${a.path} → b, ${b.path} → c, ${c}.ts → a)`,
    ]);
    expect(circlesOf([a, b, file(`${c}.test.ts`, 'a')])).toEqual([]);
    expect(circlesOf([a, file('packages/machine/src/b/two.ts', 'a')])).toEqual([]);
  });

  test('reaching past the index of a domain', () => {
    expect(broken('packages/hub/src/agents/start.ts', '../sessions/store.ts')).toEqual([
      expect.stringContaining('entered by its index.ts only'),
    ]);
    expect(broken('packages/hub/src/main.ts', './sessions/store.ts')).toHaveLength(1);
  });

  test("a domain's helpers for tests, used by a program", () => {
    expect(broken('packages/hub/src/main.ts', './core/testing.ts')).toHaveLength(1);
    expect(broken('packages/hub/src/log/log.test.ts', '../core/testing.ts')).toEqual([]);
    expect(broken('packages/hub/src/log/log.test.ts', '../link/testing/fake-machine.ts')).toEqual([]);
    expect(broken('packages/hub/src/log/log.test.ts', '../core/open-core.ts')).toHaveLength(1);
  });

  test('type imports, dynamic imports, exports and Svelte scripts', () => {
    const text =
      "import type { A } from '@agor/a';\nexport * from '@agor/b';\nconst c = await import('@agor/c');\ntype D = import('@agor/d').D;\n";
    expect(importsOf({ path: 'x.ts', text })).toEqual(['@agor/a', '@agor/b', '@agor/c', '@agor/d']);
    expect(
      importsOf({ path: 'x.svelte', text: `<script lang="ts">\n${text}</script>\n<p>import '@agor/no'</p>` }),
    ).toHaveLength(4);
  });

  test('a file longer than 350 lines, unless it is a test, generated or a fixture', () => {
    const text = 'x;\n'.repeat(351);
    expect(brokenRules([{ path: 'packages/hub/src/a.ts', text }])).toHaveLength(1);
    expect(
      brokenRules(
        ['a.test.ts', 'fixtures/a.ts', 'generated/a.ts'].map((name) => ({ path: `packages/hub/src/${name}`, text })),
      ),
    ).toEqual([]);
  });

  test('import.meta.main outside of a program', () => {
    const text = 'if (import.meta.main) run();\n';
    expect(brokenRules([{ path: 'packages/hub/src/server/http.ts', text }])).toHaveLength(1);
    expect(brokenRules([{ path: 'packages/hub/src/main.ts', text }])).toEqual([]);
  });
});

test('what is allowed passes', () => {
  expect(broken('packages/hub/src/agents/start.ts', '@agor/providers')).toEqual([]);
  expect(broken('packages/hub/src/agents/start.ts', '../sessions/index.ts')).toEqual([]);
  expect(broken('packages/hub/src/agents/start.ts', './stop.ts')).toEqual([]);
  expect(broken('packages/hub/src/agents/deep/a.ts', '../stop.ts')).toEqual([]);
  expect(broken('packages/web/src/agent/Pane.svelte', '../state/agents.svelte.ts')).toEqual([]);
});
