import { expect, test } from 'bun:test';
import { statSync } from 'node:fs';
import { command, startTestHub } from '../testing/test-hub.ts';

test('the hub tells a stranger that it is there, and nothing else', async () => {
  await using hub = await startTestHub();
  const health = await fetch(`${hub.url}/health`);
  expect(Object.keys((await health.json()) as object)).toEqual(['ok', 'version']);
  expect((await fetch(`${hub.url}/blobs/${'0'.repeat(64)}`)).status).toBe(401);
  expect((await fetch(`${hub.url}/rpc`, { headers: { upgrade: 'websocket' } })).status).toBe(401);
  expect((await fetch(`${hub.url}/pty/1`, { headers: { upgrade: 'websocket' } })).status).toBe(401);
});

test('a page that hands over the token gets a cookie that scripts cannot read', async () => {
  await using hub = await startTestHub();
  const response = await signIn(hub.url, hub.token);
  expect(response.status).toBe(204);
  const cookie = response.headers.get('set-cookie') ?? '';
  expect(cookie).toContain('HttpOnly');
  expect(cookie).toContain('SameSite=Strict');
  expect(cookie).not.toContain(hub.token);

  const value = cookie.split(';')[0] ?? '';
  expect((await fetch(`${hub.url}/blobs/${'0'.repeat(64)}`, { headers: { cookie: value } })).status).toBe(404);
  const upgrade = { cookie: value, upgrade: 'websocket', connection: 'upgrade' };
  expect((await fetch(`${hub.url}/rpc`, { headers: upgrade })).status).toBe(401); // a browser always names its origin
  expect(await opens(`${hub.url}/rpc`, { cookie: value, origin: hub.url })).toBe(true);
  // How a page asks whether its cookie still holds.
  expect((await fetch(`${hub.url}/rpc`, { headers: { cookie: value } })).status).toBe(204);
});

test('a wrong token is refused, and many wrong ones have to wait; whoever has the right one never does', async () => {
  await using hub = await startTestHub();
  for (let tries = 0; tries < 20; tries++) expect((await signIn(hub.url, 'wrong')).status).toBe(401);
  const refused = await signIn(hub.url, 'wrong');
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await signIn(hub.url, hub.token)).status).toBe(204);
});

test("a foreign page cannot reach the hub through the person's browser", async () => {
  await using hub = await startTestHub();
  const bearer = { authorization: `Bearer ${hub.token}` };
  const port = new URL(hub.url).port;
  const status = async (path: string, init: RequestInit) => (await fetch(hub.url + path, init)).status;
  expect(await status('/health', { headers: { host: `evil.example:${port}` } })).toBe(403);
  expect(await status('/health', { headers: { host: '127.0.0.1:1' } })).toBe(403);
  expect(await status('/health', { headers: { host: `localhost:${port}` } })).toBe(200);
  const evil = { ...bearer, origin: 'http://evil.example' };
  expect(await status('/auth', { method: 'POST', headers: evil })).toBe(403);
  expect(await status('/auth', { method: 'POST', headers: { ...bearer, origin: 'http://127.0.0.1:3000' } })).toBe(403);
  expect(await status('/blobs', { method: 'PUT', headers: evil, body: 'x' })).toBe(403);
  expect(await opens(`${hub.url}/rpc`, evil)).toBe(false);
  const embedded = { ...bearer, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' };
  expect(await status(`/blobs/${'0'.repeat(64)}`, { headers: embedded })).toBe(403);
});

test('the page may run only its own scripts', async () => {
  await using hub = await startTestHub();
  const page = await fetch(hub.url);
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  expect(page.headers.get('cache-control')).toBe('no-store');
});

test('the token is for this user only and survives a restart', async () => {
  await using hub = await startTestHub();
  expect(statSync(hub.paths.tokenFile).mode & 0o777).toBe(0o600);
  await hub.hub.close();
  await using again = await startTestHub({ paths: hub.paths });
  expect(again.token).toBe(hub.token);
});

test('groups and settings are changed through the wire, and bad input is refused in words', async () => {
  await using hub = await startTestHub();
  const { client } = hub;
  const { groupId } = await client.groups.addGroup({ commandId: command(), name: 'Work' });
  const { projectId } = await client.groups.addProject({ commandId: command(), groupId, cwd: hub.dir, name: 'Shop' });
  await client.settings.set({ commandId: command(), key: 'theme', value: 'latte' });
  expect(await client.settings.get({ key: 'theme' })).toEqual({ value: 'latte' });

  for await (const frame of await client.events.watch({})) {
    if (frame.kind !== 'snapshot') throw new Error('the first frame is the snapshot');
    expect(frame.groups.groups[0]?.projects[0]?.id).toBe(projectId);
    expect(frame.settings.theme).toBe('latte');
    break;
  }
  await expect(client.settings.get({ key: 'them' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
    defined: true,
    status: 404,
    message: expect.stringContaining('theme'),
  });
  await expect(client.groups.addGroup({ commandId: command(), name: '' })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    message: expect.stringContaining('groups.addGroup'),
  });
  await expect(client.session.list({})).resolves.toEqual([]);
  await expect(client.pty.kill({ commandId: command(), id: 'x' as never })).rejects.toMatchObject({
    code: 'UNREACHABLE',
  });
});

test('the network cannot be listened to without TLS, and a used port is named', async () => {
  await expect(startTestHub({ host: '0.0.0.0' })).rejects.toThrow(/TLS/);
  await using hub = await startTestHub();
  const port = Number(new URL(hub.url).port);
  await expect(startTestHub({ port })).rejects.toThrow(new RegExp(`port ${port} .*--port`));
});

function signIn(url: string, token: string): Promise<Response> {
  const headers = { origin: url, 'content-type': 'application/json' };
  return fetch(`${url}/auth`, { method: 'POST', headers, body: JSON.stringify({ token }) });
}

function opens(url: string, headers: Record<string, string>): Promise<boolean> {
  const socket = new WebSocket(url.replace('http', 'ws'), { headers });
  return new Promise((resolve) => {
    socket.onopen = () => {
      socket.close();
      resolve(true);
    };
    socket.onerror = () => resolve(false);
  });
}
