import { expect, test } from 'bun:test';
import type { PermissionUpdate } from '@anthropic-ai/claude-agent-sdk';
import { alwaysScope, askTitle, sessionUpdates } from './permission-words.ts';

const place = { cwd: '/p', folders: ['/extra'], guarded: false };

test.each([
  ['Bash', { command: 'npm test' }, 'Run: npm test'],
  ['Bash', { command: 'a\nb' }, 'Run: a ↵ b'],
  ['Write', { file_path: '/p/src/a.ts', content: '' }, 'Write src/a.ts'],
  ['Edit', { file_path: '/elsewhere/a.ts' }, 'Edit /elsewhere/a.ts'],
  ['WebFetch', { url: 'https://example.com', prompt: 'x' }, 'Fetch https://example.com'],
  ['WebSearch', { query: 'bun' }, 'Search the web: bun'],
  ['mcp__tickets__get_ticket', { id: 1 }, 'Use get_ticket of tickets'],
  ['Skill', { skill: 'verify' }, 'Skill: verify'],
  ['EnterWorktree', {}, 'Use EnterWorktree'],
])('%s %j is asked as "%s"', (name, input, title) => {
  expect(askTitle(name, input, '/p')).toBe(title);
});

test('"always" for a file tool reaches every file of the project, and no file elsewhere', () => {
  const inside = alwaysScope('Write', { file_path: '/p/a' }, place, []);
  expect(inside).toMatchObject({ ruleName: 'Write', scope: 'tool' });
  expect(alwaysScope('Write', { file_path: '/extra/a' }, place, [])).toMatchObject({ scope: 'tool' });
  for (const file_path of ['/etc/hosts', '/p/../q', '/parent', '../x', '/p2/a']) {
    const outside = alwaysScope('Write', { file_path }, place, []);
    expect(outside.scope).toBe('input');
    expect(outside.ruleName).not.toBe('Write');
  }
  expect(alwaysScope('Edit', { file_path: '/p/.git/config' }, { ...place, guarded: true }, []).scope).toBe('input');
});

test('"always" for a command is exactly that command, and says what the session allows beside it', () => {
  const suggestions: PermissionUpdate[] = [
    {
      type: 'addRules',
      rules: [{ toolName: 'Bash', ruleContent: 'npm test:*' }],
      behavior: 'allow',
      destination: 'localSettings',
    },
    { type: 'addDirectories', directories: ['/p', '/var/log'], destination: 'session' },
    { type: 'setMode', mode: 'acceptEdits', destination: 'session' },
  ];
  expect(alwaysScope('Bash', { command: 'npm test' }, place, suggestions)).toEqual({
    ruleName: 'Bash',
    scope: 'input',
    label: 'Always allow this command in this project, and in this session: npm test …, files in /var/log',
  });
});

test('nothing that a person allows is written into settings files, and no suggestion changes the mode', () => {
  const updates = sessionUpdates([
    { type: 'addRules', rules: [{ toolName: 'Bash' }], behavior: 'allow', destination: 'userSettings' },
    { type: 'addRules', rules: [{ toolName: 'Bash' }], behavior: 'deny', destination: 'session' },
    { type: 'setMode', mode: 'bypassPermissions', destination: 'session' },
  ]);
  expect(updates).toMatchObject([{ type: 'addRules', behavior: 'allow', destination: 'session' }]);
  expect(updates).toHaveLength(1);
});
