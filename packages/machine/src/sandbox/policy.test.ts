import { expect, test } from 'bun:test';
import { pathsByThemselves, pathsInsideMounts } from './landlock-paths.ts';
import { type PolicySources, ruleFor, sandboxPolicy } from './policy.ts';

const none: PolicySources = {
  system: [],
  secrets: [],
  allowedRead: [],
  allowedWrite: [],
  sealed: [],
  ownRead: [],
  ownWrite: [],
  guards: [],
};
const ann = '/home/ann';
const usual: PolicySources = {
  ...none,
  system: ['/usr', '/etc', `${ann}/.cargo`],
  secrets: ['/etc/shadow', `${ann}/.ssh`, `${ann}/.cargo/credentials`],
  sealed: [`${ann}/.local/share/agor`, '/run/user/1000/agor-x'],
  ownWrite: [`${ann}/work`, '/tmp/agor-s-1/s'],
  guards: [`${ann}/work/.git/hooks`, `${ann}/work/.mcp.json`, `${ann}/.claude/settings.json`],
};

const table: [what: string, sources: Partial<PolicySources>, path: string, rule: string][] = [
  ['the project is written', {}, `${ann}/work/src/a.ts`, 'write'],
  ['the system is read', {}, '/usr/bin/env', 'read'],
  ['of the system, secrets are not', {}, '/etc/shadow', 'hide'],
  ['what nobody named is hidden', {}, `${ann}/other/a`, 'hide'],
  ['home itself is hidden', {}, ann, 'hide'],
  ['keys are hidden', {}, `${ann}/.ssh/id`, 'hide'],
  ['a toolchain is read, its tokens are not', {}, `${ann}/.cargo/credentials`, 'hide'],
  ['hooks are only read', {}, `${ann}/work/.git/hooks/pre-commit`, 'read'],
  ['the rest of the repository is written', {}, `${ann}/work/.git/index`, 'write'],
  ['a guard opens nothing', {}, `${ann}/.claude/settings.json`, 'hide'],
  ['keys stay hidden when home is the project', { ownWrite: [ann] }, `${ann}/.ssh/id`, 'hide'],
  ['so do agor’s folders', { ownWrite: [ann] }, `${ann}/.local/share/agor/token`, 'hide'],
  [
    'a demo project inside agor’s data is open',
    { ownWrite: [`${ann}/.local/share/agor/demo/shop`] },
    `${ann}/.local/share/agor/demo/shop/a`,
    'write',
  ],
  [
    'and nothing beside it',
    { ownWrite: [`${ann}/.local/share/agor/demo/shop`] },
    `${ann}/.local/share/agor/demo/b`,
    'hide',
  ],
  ['what the project allows is read', { allowedRead: ['/data'] }, '/data/x', 'read'],
  [
    'also a key, when the person says so',
    { allowedRead: [`${ann}/.ssh/known_hosts`] },
    `${ann}/.ssh/known_hosts`,
    'read',
  ],
  ['never agor’s own', { allowedRead: [`${ann}/.local/share/agor`] }, `${ann}/.local/share/agor/token`, 'hide'],
  [
    'nor below it',
    { allowedWrite: [`${ann}/.local/share/agor/machine`] },
    `${ann}/.local/share/agor/machine/x`,
    'hide',
  ],
  ['nor by a folder above it', { allowedWrite: [`${ann}/.local`] }, `${ann}/.local/share/agor/token`, 'hide'],
  ['writing beats reading', { ownWrite: [ann], ownRead: [ann] }, `${ann}/x`, 'write'],
];

for (const [what, sources, path, rule] of table)
  test(`policy: ${what}`, () => {
    expect(ruleFor(sandboxPolicy({ ...usual, ...sources }), path) as string).toBe(rule);
  });

test('a path that changes nothing is left out', () => {
  const policy = sandboxPolicy({ ...none, system: ['/usr', '/usr/bin'], ownWrite: ['/w', '/w/a'], guards: ['/w/a/b'] });
  expect([...policy]).toEqual([
    ['/usr', 'read'],
    ['/w', 'write'],
    ['/w/a/b', 'read'],
  ]);
});

test('inside of mounts Landlock gives whole folders; alone it gives the parts around what is hidden', () => {
  const policy = sandboxPolicy({ ...none, system: ['/etc'], secrets: ['/etc/passwd'], ownWrite: ['/w'] });
  expect(pathsInsideMounts(policy, false)).toContainEqual(['read', '/etc']);
  expect(pathsInsideMounts(policy, false)).not.toContainEqual(['write', '/tmp']);
  const alone = pathsByThemselves(policy);
  expect(alone).toContainEqual(['list', '/etc']);
  expect(alone).toContainEqual(['read', '/etc/group']);
  expect(alone.map(([, path]) => path)).not.toContain('/etc/passwd');
  expect(alone).toContainEqual(['write', '/w']);
  expect(alone).not.toContainEqual(['list', '/']);
});
