import { expect, test } from 'bun:test';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPERATOR, PluginManifest } from '@agor/protocol';
import { command, startTestHub, type TestHub } from '../testing/test-hub.ts';
import { manifest } from './testing.ts';

function put({ paths }: TestHub, id: string, more: object = {}, code = '1'): void {
  const folder = join(paths.configDir, 'plugins', id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'plugin.json'), manifest({ id, ...more }));
  writeFileSync(join(folder, 'index.js'), code);
}
const list = async ({ client }: TestHub) => {
  await client.plugins.reload({ commandId: command() });
  return (await client.plugins.list({})).plugins;
};
async function enable(hub: TestHub, id: string): Promise<string> {
  const hash = (await list(hub)).find((one) => one.id === id)?.hash ?? '';
  await hub.client.plugins.enable({ commandId: command(), id, hash });
  return hash;
}
const call = ({ client }: TestHub, hash: string, method: string, input: unknown = {}) =>
  client.plugins.call({ commandId: command(), id: 'guest', hash, method: method as 'tasks.list', input });

test('both shapes of a manifest are taken, old names of permissions are mapped, unknown ones refused', () => {
  const read = (more: object) => PluginManifest.safeParse(JSON.parse(manifest(more)));
  expect(
    read({ main: undefined, entry: 'dist/a.js', permissions: ['btmsg:read', 'tasks', 'palette'] }).data,
  ).toMatchObject({
    main: 'dist/a.js',
    permissions: ['palette', 'messages:read', 'tasks:read', 'tasks:write'],
  });
  expect(read({ permissions: ['network'] }).error?.issues[0]?.message).toContain('there is no permission "network"');
  expect(read({ permissions: ['__proto__', 'constructor'] }).success).toBe(false);
  expect(read({ main: 'a.js', entry: 'b.js' }).success).toBe(false);
  for (const id of ['', '../x', 'a b', '-a', 'a'.repeat(65), 'ä']) expect(read({ id }).success, id).toBe(false);
});

test('a plugin that was found runs only after the person agreed to it, and asks again when it changed', async () => {
  await using hub = await startTestHub();
  put(hub, 'guest', { permissions: ['tasks:read'] });
  expect(await list(hub)).toMatchObject([{ id: 'guest', consent: 'none', enabled: false, error: null }]);
  await expect(hub.client.plugins.program({ id: 'guest' })).rejects.toThrow(/not enabled/);
  const hash = await enable(hub, 'guest');
  expect(await hub.client.plugins.program({ id: 'guest' })).toMatchObject({ code: '1', hash });
  put(hub, 'guest', { permissions: ['tasks:read', 'tasks:write'] }, '2');
  await expect(hub.client.plugins.program({ id: 'guest' })).rejects.toThrow(/changed/);
  expect(await list(hub)).toMatchObject([{ consent: 'changed', granted: ['tasks:read'] }]);
  await expect(hub.client.plugins.enable({ commandId: command(), id: 'guest', hash })).rejects.toThrow(
    /changed in the meantime/,
  );
  await expect(call(hub, hash, 'tasks.list')).rejects.toThrow(/not enabled/);
});

test('what can not run is listed with the reason: links out of the folder, wrong ids, no program', async () => {
  await using hub = await startTestHub();
  const folder = join(hub.paths.configDir, 'plugins');
  put(hub, 'other', { id: 'guest' });
  put(hub, 'out', { main: '../other/index.js' });
  put(hub, 'linked', { main: 'link.js' });
  symlinkSync('/etc/hostname', join(folder, 'linked', 'link.js'));
  mkdirSync(join(folder, 'empty'));
  mkdirSync(join(folder, 'bad name'));
  const why = Object.fromEntries((await list(hub)).map(({ id, error }) => [id, error]));
  expect(why.other).toContain('must be the same');
  expect(why.out).toContain('outside');
  expect(why.linked).toContain('outside');
  expect(why.empty).toContain('no plugin.json');
  expect(why['bad name']).toContain("can't be an id");
});

test('the hub does what a plugin was granted, in its own name, and nothing else', async () => {
  await using hub = await startTestHub();
  await hub.client.groups.addGroup({ commandId: command(), name: 'Crew' });
  put(hub, 'guest', { permissions: ['tasks:read', 'tasks:write', 'notifications'] });
  const hash = await enable(hub, 'guest');
  const task = (await call(hub, hash, 'tasks.create', { title: 'Look at it' })) as { id: string; createdBy: string };
  expect(task.createdBy).toBe('plugin:guest');
  expect(await call(hub, hash, 'tasks.list')).toMatchObject([{ title: 'Look at it' }]);
  await call(hub, hash, 'tasks.updateStatus', { id: task.id, status: 'progress' });
  expect(await call(hub, hash, 'tasks.comments', { id: task.id })).toMatchObject([{ agentName: 'plugin Guest' }]);
  const audit = await hub.client.team.call({
    id: crypto.randomUUID(),
    operation: 'btmsg.audit',
    input: { agentId: 'plugin:guest' },
  });
  expect(audit).toHaveLength(2);
  expect(await call(hub, hash, 'notifications.send', { title: 'Done', key: 'a' })).toEqual({ told: true });
  expect(await call(hub, hash, 'notifications.send', { title: 'Done', key: 'a' })).toEqual({ told: false });
  for (const method of ['messages.inbox', 'messages.channels', 'messages.send', 'sessions.list'])
    await expect(call(hub, hash, method, {})).rejects.toThrow(/needs the permission/);
  await expect(call(hub, hash, 'tasks.delete')).rejects.toThrow();
  await expect(call(hub, 'x', 'tasks.list')).rejects.toThrow(/not enabled/);
  await hub.client.plugins.disable({ commandId: command(), id: 'guest' });
  await expect(call(hub, hash, 'tasks.list')).rejects.toThrow(/not enabled/);
});

test('nobody writes to a plugin, and it is in no list of agents', async () => {
  await using hub = await startTestHub();
  await hub.client.groups.addGroup({ commandId: command(), name: 'Crew' });
  put(hub, 'guest', { permissions: ['messages:write'] });
  const hash = await enable(hub, 'guest');
  await call(hub, hash, 'messages.send', { to: OPERATOR, content: 'hello' });
  const team = (operation: string, input: object) =>
    hub.client.team.call({ id: crypto.randomUUID(), operation, input });
  expect(await team('btmsg.inbox', {})).toMatchObject([
    { from: 'plugin:guest', fromName: 'plugin Guest', content: 'hello' },
  ]);
  expect(JSON.stringify(await team('btmsg.status', {}))).not.toContain('plugin:guest');
  await expect(team('btmsg.send', { to: 'plugin:guest', content: 'x' })).rejects.toThrow();
});

test('a plugin that writes without end is refused, others are not', async () => {
  await using hub = await startTestHub();
  put(hub, 'guest', { permissions: ['notifications'] });
  const hash = await enable(hub, 'guest');
  let refused = 0;
  for (let n = 0; n < 40; n++) await call(hub, hash, 'notifications.send', { title: `n ${n}` }).catch(() => refused++);
  expect(refused).toBe(10);
});

test('its settings are those of its manifest, kept over an update, and forgotten with it', async () => {
  await using hub = await startTestHub();
  const settings = { hours: { type: 'number', title: 'Hours', default: 24, min: 1, max: 48 } };
  put(hub, 'guest', { settings });
  const set = (name: string, value: number) =>
    hub.client.plugins.set({ commandId: command(), id: 'guest', name, value });
  expect((await list(hub))[0]?.values).toEqual({ hours: 24 });
  await set('hours', 36);
  await expect(set('hours', 99)).rejects.toThrow(/does not take/);
  await expect(set('__proto__', 1)).rejects.toThrow(/no setting/);
  put(hub, 'guest', { settings, version: '2.0.0' }, 'new');
  expect((await list(hub))[0]?.values).toEqual({ hours: 36 });
  await hub.client.plugins.remove({ commandId: command(), id: 'guest' });
  expect(await list(hub)).toEqual([]);
  put(hub, 'guest', { settings });
  expect((await list(hub))[0]).toMatchObject({ values: { hours: 24 }, consent: 'none' });
});

test('the page of plugins has no network, no origin and no code made of text, and only agor may frame it', async () => {
  await using hub = await startTestHub();
  const response = await fetch(`${hub.url}/plugin-page`);
  const policy = response.headers.get('content-security-policy') ?? '';
  for (const part of ["default-src 'none'", "connect-src 'none'", 'sandbox allow-scripts', "frame-ancestors 'self'"])
    expect(policy).toContain(part);
  expect(policy).not.toContain('unsafe');
  expect(policy).not.toContain('allow-same-origin');
  const face = await fetch(hub.url);
  expect(face.headers.get('content-security-policy')).toContain('frame-src http://127.0.0.1');
});
