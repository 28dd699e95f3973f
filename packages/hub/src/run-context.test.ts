import { expect, test } from 'bun:test';
import { GroupsFile, ProjectId, ProviderId, ProviderSettings } from '@agor/protocol';
import type { GroupsFileStore } from './groups/index.ts';
import { runContext } from './run-context.ts';
import type { SettingsStore } from './settings/index.ts';
import { settingsOf } from './settings/testing.ts';

const PROJECT = ProjectId.parse('p');
const acp = ProviderSettings.parse({
  defaultModel: 'big',
  config: {
    protocol: 1,
    agents: {
      opencode: { command: '/opt/opencode', mode: 'build', env: { OPENCODE_KEY: 'secret-1' } },
      mine: { command: 'my-agent', env: { MY_KEY: 'secret-2' } },
    },
  },
});
const overrides = { acp: { defaultModel: 'small', config: { protocol: 2 } } };
const project = {
  id: PROJECT,
  name: 'P',
  identifier: 'p',
  cwd: '/code',
  providers: overrides,
  anchorBudgetScale: 'large',
  maxTurns: 12,
};
const groups = GroupsFile.parse({
  version: 1,
  groups: [
    {
      id: 'g',
      name: 'G',
      mcpServers: { tickets: { url: 'https://tickets.example/mcp' }, docs: { enabled: false } },
      projects: [project],
      permissionMode: 'plan',
      idleCloseMinutes: 5,
      anchorBudgetScale: 'small',
    },
  ],
});
const context = runContext(
  { current: groups } as never as GroupsFileStore,
  {
    provider: (id: string) => (id.startsWith('acp') ? acp : undefined),
    value: () => ({ docs: { command: 'docs-mcp', args: [], env: {} } }),
  } as never as SettingsStore,
  settingsOf(() => groups, { default_provider: 'codex', prewarm: true }),
);
const of = (id: string, projectId: ProjectId | null = null) => context.provider(ProviderId.parse(id), projectId);

test("an agent of a family runs with its family's settings, a project's first, and with nobody else's keys", () => {
  expect(of('acp:opencode')).toMatchObject({ label: 'opencode', enabled: true, defaultModel: 'big' });
  expect(of('acp:opencode')?.config).toEqual({
    protocol: 1,
    agents: { opencode: { command: '/opt/opencode', args: [], mode: 'build', env: {} } },
  });
  expect(of('acp:opencode', PROJECT)).toMatchObject({ defaultModel: 'small', config: { protocol: 2 } });
  expect(JSON.stringify([of('acp:opencode'), of('acp:mine')])).not.toContain('secret');
});

test('the family itself, and an agent that nobody knows, can not be chosen', () => {
  expect([of('acp'), of('acp:nobody'), of('nobody')]).toEqual([null, null, null]);
  expect(of('acp:mine')).toMatchObject({ label: 'mine' });
});

test("a run goes by the project's own settings, else by its group's, else by those for everything", () => {
  const run = context.project(PROJECT);
  expect(run).toMatchObject({
    anchorBudgetScale: 'large',
    permissionMode: 'plan',
    provider: ProviderId.parse('codex'),
  });
  expect(context.policy(PROJECT)).toEqual({
    idleCloseMinutes: 5,
    resumeAfterLimit: false,
    prewarm: true,
    maxTurns: 12,
  });
  expect(context.policy(null)).toEqual({
    idleCloseMinutes: 30,
    resumeAfterLimit: false,
    prewarm: true,
    maxTurns: 0,
  });
});

test('a run connects to the MCP servers of the settings and of its group', () => {
  expect(Object.keys(context.mcpServers(PROJECT))).toEqual(['tickets']);
  expect(context.mcpServers(null)).toEqual({ docs: { command: 'docs-mcp', args: [], env: {} } });
});
