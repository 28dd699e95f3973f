import { expect, test } from 'bun:test';
import { GroupsFile, McpServerChoices } from '@agor/protocol';
import { enabledMcpServers, heldMcpServers } from './mcp-servers.ts';
import { settingPlace } from './resolve-setting.ts';

const global = McpServerChoices.parse({
  docs: { url: 'https://docs.example/mcp' },
  files: { command: 'files-mcp', args: ['--root', '/'] },
  spare: { command: 'spare-mcp', enabled: false },
});
const file = GroupsFile.parse({
  version: 1,
  groups: [
    {
      id: 'g',
      name: 'G',
      mcpServers: { files: { enabled: false }, tickets: { url: 'https://tickets.example/mcp' } },
      projects: [
        {
          id: 'p',
          name: 'P',
          identifier: 'p',
          cwd: '/p',
          mcpServers: {
            spare: { enabled: true },
            docs: { command: 'own-docs' },
            nobody: { enabled: true },
            tickets: { enabled: false },
          },
        },
        { id: 'q', name: 'Q', identifier: 'q', cwd: '/q', mcpServers: { files: { enabled: true } } },
      ],
      agents: [{ id: 'a', name: 'A', role: 'tester' }],
    },
  ],
});
const held = (id: string | null) => heldMcpServers(global, settingPlace(file, id));

test('a place has the servers of all levels together; of one name the lowest level with a description holds', () => {
  expect(held('p').map(({ name, from, decidedBy, enabled }) => [name, from, decidedBy, enabled])).toEqual([
    ['docs', 'own', 'own', true],
    ['files', 'global', 'group', false],
    ['spare', 'global', 'own', true],
    ['tickets', 'group', 'own', false],
  ]);
  expect(enabledMcpServers(held('p'))).toEqual({
    docs: { command: 'own-docs', args: [], env: {} },
    spare: { command: 'spare-mcp', args: [], env: {} },
  });
});

test('what a group switched off can be on in one of its projects, and its role agents follow the group', () => {
  expect(Object.keys(enabledMcpServers(held('q')))).toEqual(['docs', 'files', 'tickets']);
  expect(Object.keys(enabledMcpServers(held('a')))).toEqual(['docs', 'tickets']);
});

test('a session in a folder that is no project has those of the settings', () => {
  expect(Object.keys(enabledMcpServers(held(null)))).toEqual(['docs', 'files']);
});
