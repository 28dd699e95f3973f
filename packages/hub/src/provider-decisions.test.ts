import { expect, test } from 'bun:test';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@agor/runtime/testing';
import { fakeCore } from './testing/fake-core.ts';
import { command, startTestHub } from './testing/test-hub.ts';

test('the machine is told when a project decides differently, also by hand, and not of other changes', async () => {
  let told = 0;
  let decisions: () => unknown = () => null;
  const core = fakeCore({ refreshEnvironment: () => void told++ });
  await using hub = await startTestHub({
    openCore: (options) => {
      decisions = options.providerDecisions;
      return core(options);
    },
  });
  const cwd = join(hub.dir, 'code');
  mkdirSync(cwd);
  const { projectId } = await hub.client.groups.addProject({ commandId: command(), cwd });
  expect([told, decisions()]).toEqual([0, { providers: {}, projects: {}, secrets: {}, mcpServers: {} }]);
  const providers = { ollama: { config: { host: 'http://127.0.0.1:1' }, env: { KEY: 'secret' } } };
  await hub.client.groups.updateProject({ commandId: command(), projectId, changes: { providers } });
  expect([told, decisions()]).toEqual([
    1,
    { providers: {}, projects: { [projectId]: providers }, secrets: {}, mcpServers: {} },
  ]);
  await hub.client.groups.updateProject({ commandId: command(), projectId, changes: { description: 'x' } });
  expect(told).toBe(1);
  const text = readFileSync(hub.paths.groupsFile, 'utf8');
  writeFileSync(hub.paths.groupsFile, text.replace('127.0.0.1:1', '127.0.0.1:2'));
  await until('the hub read the file again', () => told === 2);
  const wrong = { ollama: { config: { host: 'no address' } } };
  await expect(
    hub.client.groups.updateProject({ commandId: command(), projectId, changes: { providers: wrong } }),
  ).rejects.toMatchObject({ code: 'REJECTED', message: expect.stringContaining('config.host') });
});
