import { expect, test } from 'bun:test';
import { SandboxRule, SandboxStatus } from '@agor/protocol';
import { type SandboxLayers, sandboxChanged, sandboxRules, sandboxState } from './sandbox-rules.ts';

const held = (layers: SandboxLayers): string[] =>
  sandboxRules(layers)
    .filter((rule) => rule.enforced)
    .map((rule) => rule.rule);

const files = ['writes', 'reads'];
const network = [...files, 'network'];
const scopes = [...network, 'signals', 'abstractSockets'];
const mounts = ['pathSockets', 'gitGuard', 'vendorGuard'];
const table: [abi: number | null, bubblewrap: boolean, rules: string[], state: string][] = [
  [7, true, [...scopes, ...mounts], 'on'],
  [6, true, [...scopes, ...mounts], 'on'],
  [5, true, [...network, ...mounts], 'partial'],
  [3, true, [...files, ...mounts], 'partial'],
  [null, true, [...files, ...mounts], 'partial'],
  [7, false, scopes, 'partial'],
  [4, false, network, 'partial'],
  [1, false, files, 'partial'],
  [null, false, [], 'none'],
];

test('each rule is told to hold exactly where a layer holds it', () => {
  for (const [landlockAbi, bubblewrap, rules, state] of table) {
    const layers = { landlockAbi, bubblewrap };
    expect(held(layers)).toEqual(rules);
    expect(sandboxState(sandboxRules(layers), false) as string).toBe(state);
    expect(
      sandboxRules(layers)
        .map(({ rule }) => rule)
        .sort(),
    ).toEqual([...SandboxRule.options].sort());
  }
});

test('what is not held says why, and what would help', () => {
  const rules = sandboxRules({ landlockAbi: null, bubblewrap: false, bubblewrapProblem: 'apt install bubblewrap' });
  for (const { note } of rules) expect(note).toBeTruthy();
  expect(rules.find(({ rule }) => rule === 'gitGuard')?.note).toContain('apt install bubblewrap');
  expect(rules.find(({ rule }) => rule === 'signals')?.note).toContain('6.12');
  expect(sandboxState(rules, true)).toBe('vendor');
});

const running = (asked: Partial<NonNullable<SandboxStatus['asked']>>, state: SandboxStatus['state'] = 'on') =>
  SandboxStatus.parse({
    state,
    landlockAbi: 7,
    bubblewrap: true,
    rules: [],
    asked: { enabled: true, ports: [], paths: [], ...asked },
  });

test('a runner is told from one that would be started under the settings of now', () => {
  const path = { path: '/data', access: 'read' } as const;
  expect(sandboxChanged(null, { sandboxEnabled: true })).toBe(false);
  expect(sandboxChanged(running({}), { sandboxEnabled: true })).toBe(false);
  expect(sandboxChanged(running({ root: '/p' }), { sandboxEnabled: true })).toBe(false);
  expect(sandboxChanged(running({}), {})).toBe(true);
  expect(sandboxChanged(running({}), { sandboxEnabled: true, sandboxPorts: ['80'] })).toBe(true);
  expect(sandboxChanged(running({ paths: [path] }), { sandboxEnabled: true, sandboxPaths: [path] })).toBe(false);
  expect(sandboxChanged(running({ paths: [path] }), { sandboxEnabled: true })).toBe(true);
  expect(sandboxChanged(running({ enabled: false }, 'off'), { sandboxPorts: ['80'] })).toBe(false);
  expect(sandboxChanged(running({ enabled: false }, 'off'), { sandboxEnabled: true })).toBe(true);
});
