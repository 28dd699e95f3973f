import { Database } from 'bun:sqlite';
import { expect, test } from 'bun:test';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CommandId,
  GroupId,
  keptValue,
  newId,
  type ProjectId,
  type ProviderOverrides,
  TeamRole,
  type WatchFrame,
} from '@agor/protocol';
import { systemClock } from '@agor/runtime';
import { watch } from '../log/index.ts';
import { startTestHub, type TestHub } from '../testing/test-hub.ts';

const command = () => ({ commandId: newId(CommandId) });
const SECRET = 'hunter2-of-the-person';

async function withProject(hub: TestHub): Promise<ProjectId> {
  const cwd = join(hub.dir, 'code');
  mkdirSync(cwd);
  const { groupId } = await hub.client.groups.addGroup({ ...command(), name: 'Mine' });
  return (await hub.client.groups.addProject({ ...command(), groupId, cwd })).projectId;
}
async function snapshot(hub: TestHub): Promise<string> {
  for await (const frame of await hub.client.events.watch({})) return JSON.stringify(frame);
  throw new Error('the overview ended before it began');
}
/** What followers of the overview are told by what `act` does, up to the frames of these kinds. */
async function frames(hub: TestHub, kinds: readonly string[], act: () => Promise<unknown>): Promise<string> {
  const overview = { snapshot: () => ({ kind: 'snapshot' }) as never, summary: () => null, openSessions: () => [] };
  const told: WatchFrame[] = [];
  for await (const frame of watch(hub.hub.bus, overview, systemClock)) {
    told.push(frame);
    if (told.length === 1) await act();
    if (kinds.every((kind) => told.some((one) => one.kind === kind))) break;
  }
  return JSON.stringify(told);
}
const shownOf = async (hub: TestHub, key: string) =>
  (await hub.client.settings.get({ key })).value as { env: Record<string, string> };
/** What groups.json has, which no client sees. */
function stored(hub: TestHub): Record<string, ProviderOverrides> | undefined {
  const file = JSON.parse(readFileSync(join(hub.paths.configDir, 'groups.json'), 'utf8'));
  return file.groups[0].projects[0].providers;
}

test('no client is told the value of a variable or header: not in frames, answers, exports, refusals or the log', async () => {
  await using hub = await startTestHub();
  const projectId = await withProject(hub);
  const headers = { Authorization: `Bearer ${SECRET}`, 'X-Token': 'secret://token' };
  const config = { mcpServers: { web: { url: 'https://tools.example', headers } } };
  const value = { env: { LEVEL: SECRET }, config };
  const providers = { claude: { env: { OTHER: SECRET } } };
  const told = [
    await frames(hub, ['settings', 'groups'], async () => {
      await hub.client.settings.set({ ...command(), key: 'providers.ollama', value });
      await hub.client.groups.updateProject({ ...command(), projectId, changes: { providers } });
    }),
    await snapshot(hub),
    JSON.stringify(await hub.client.settings.list({})),
    JSON.stringify(await hub.client.settings.get({ key: 'providers.ollama' })),
    JSON.stringify(await hub.client.settings.export({ groups: true })),
  ];
  const wrong = { ...(await shownOf(hub, 'providers.ollama')), args: 'no list' };
  const refused = await hub.client.settings
    .set({ ...command(), key: 'providers.ollama', value: wrong })
    .catch((error: Error) => error);
  expect(refused).toMatchObject({ code: 'REJECTED' });
  told.push(String(refused), readFileSync(hub.paths.hubLog, 'utf8'));
  for (const text of told) expect(text).not.toContain(SECRET);
  expect(told[0]).toContain(keptValue('OTHER'));
  expect(told[3]).toContain(keptValue('Authorization'));
  expect(told[3]).toContain('"secret://token"');
  expect(stored(hub)).toEqual(providers);
});

test('what a client of before writes back whole keeps the values; a mark for what is gone is refused', async () => {
  await using hub = await startTestHub();
  const key = 'providers.claude';
  await hub.client.settings.set({ ...command(), key, value: { env: { A: SECRET, B: 'two' } } });
  const seen = await shownOf(hub, key);
  await hub.client.settings.set({ ...command(), key, value: { ...seen, env: { C: seen.env.A, B: 'three' } } });
  expect((await shownOf(hub, key)).env).toEqual({ C: keptValue('C'), B: keptValue('B') });
  // Only whoever looks into the data folder sees that they are the same.
  const db = new Database(hub.paths.sessionsDb, { readonly: true });
  const row = db.query('SELECT value FROM settings WHERE key = ?').get(key) as { value: string };
  db.close();
  expect(JSON.parse(row.value)).toMatchObject({ env: { C: SECRET, B: 'three' } });
  const late = hub.client.settings.set({ ...command(), key, value: seen });
  await expect(late).rejects.toMatchObject({ code: 'REJECTED', message: expect.stringContaining('env.A') });
});

test('two windows that edit the variables of a project at once lose nothing', async () => {
  await using hub = await startTestHub();
  const projectId = await withProject(hub);
  const change = (env: Record<string, string>, base?: Record<string, string>) =>
    hub.client.groups.updateProject({
      ...command(),
      projectId,
      changes: { providers: { claude: { env } } },
      ...(base ? { base: { providers: { claude: { env: base } } } } : {}),
    });
  await change({ A: SECRET, B: 'two' });
  const seen = { A: keptValue('A'), B: keptValue('B') };
  await change({ ...seen, C: 'three' }, seen);
  await change({ A: keptValue('A'), D: 'four' }, seen);
  expect(stored(hub)).toEqual({ claude: { env: { A: SECRET, C: 'three', D: 'four' } } });
  const base = { providers: { claude: { env: seen } } };
  await hub.client.groups.updateProject({ ...command(), projectId, changes: { providers: null }, base });
  expect(stored(hub)).toEqual({ claude: { env: { C: 'three', D: 'four' } } });
});

test('values of MCP servers are kept from view at every level, and written back', async () => {
  await using hub = await startTestHub();
  const projectId = await withProject(hub);
  const groupId = GroupId.parse(JSON.parse(readFileSync(hub.paths.groupsFile, 'utf8')).groups[0].id);
  const web = { url: 'https://tools.example', headers: { Authorization: `Bearer ${SECRET}` } };
  const files = { command: 'files-mcp', args: [], env: { TOKEN: SECRET } };
  await hub.client.settings.set({ ...command(), key: 'mcp_servers', value: { web } });
  await hub.client.groups.updateGroup({ ...command(), groupId, mcpServers: { files } });
  await hub.client.groups.updateProject({ ...command(), projectId, changes: { mcpServers: { web } } });
  const { agentId } = await hub.client.groups.addAgent({
    ...command(),
    groupId,
    name: 'Ann',
    role: TeamRole.parse('tester'),
    changes: { mcpServers: { files } },
  });
  const shown = await snapshot(hub);
  expect(shown).not.toContain(SECRET);
  const { file, leftOut } = await hub.client.settings.export({ groups: true });
  expect(JSON.stringify(file)).not.toContain(SECRET);
  expect(leftOut).toHaveLength(4);

  const maskedWeb = { ...web, headers: { Authorization: keptValue('Authorization') }, enabled: false };
  const maskedFiles = { ...files, env: { TOKEN: keptValue('TOKEN') }, args: ['-v'] };
  await hub.client.settings.set({ ...command(), key: 'mcp_servers', value: { web: maskedWeb } });
  await hub.client.groups.updateGroup({ ...command(), groupId, mcpServers: { files: maskedFiles } });
  await hub.client.groups.updateProject({ ...command(), projectId, changes: { mcpServers: { web: maskedWeb } } });
  await hub.client.groups.updateAgent({ ...command(), agentId, changes: { mcpServers: { files: maskedFiles } } });
  // An import of what was exported before takes no key away.
  await hub.client.settings.import({ ...command(), text: JSON.stringify(file) });
  const kept = JSON.parse(readFileSync(join(hub.paths.configDir, 'groups.json'), 'utf8')).groups[0];
  expect([kept.mcpServers, kept.agents[0].mcpServers]).toEqual([{ files }, { files }]);
  expect(kept.projects[0].mcpServers).toEqual({ web });
});

test("the name of agor's own server, and a server that is none, are refused in words", async () => {
  await using hub = await startTestHub();
  const set = (value: unknown) => hub.client.settings.set({ ...command(), key: 'mcp_servers', value });
  await expect(set({ agor: { command: 'x' } })).rejects.toThrow(/"agor" is agor's own server/);
  await expect(set({ web: { uri: 'https://tools.example' } })).rejects.toThrow(/at web: a program/);
});
