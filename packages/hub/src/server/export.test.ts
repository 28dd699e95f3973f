import { expect, test } from 'bun:test';
import { notFound } from '../failure.ts';
import { fakeCore } from '../testing/fake-core.ts';
import { startTestHub } from '../testing/test-hub.ts';

const NOWHERE = '/export/no-such-session.html';

test('an export is for who is signed in, by cookie or token, and never for another page', async () => {
  await using hub = await startTestHub();
  const ask = (headers: Record<string, string>) => fetch(hub.url + NOWHERE, { headers });
  const bearer = { authorization: `Bearer ${hub.token}` };
  const signedIn = await fetch(`${hub.url}/auth`, {
    method: 'POST',
    headers: { origin: hub.url, 'content-type': 'application/json' },
    body: JSON.stringify({ token: hub.token }),
  });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  expect(cookie).not.toBe('');

  expect((await ask({})).status).toBe(401);
  expect((await ask({ cookie: `${cookie}x` })).status).toBe(401);
  // Past the door: the session is looked for.
  expect((await ask({ cookie })).status).toBe(404);
  expect((await ask(bearer)).status).toBe(404);
  const origin = 'http://evil.example';
  for (const mode of ['cors', 'no-cors'])
    expect((await ask({ cookie, origin, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': mode })).status).toBe(403);
  // A browser that does not say more than whose page asks.
  expect((await ask({ cookie, origin })).status).toBe(403);
  expect((await ask({ cookie, origin: 'null' })).status).toBe(403);
  expect((await ask({ cookie, origin: hub.url })).status).toBe(404);
});

test.each([
  ['an export', NOWHERE],
  ["a project's file", '/project-file/p/README.md'],
  ['a blob', `/blobs/${'ab'.repeat(32)}`],
  ['the page of plugins', '/plugin-page'],
  ['whether a cookie holds', '/rpc'],
  ['the face', '/'],
])('another page never gets %s, with or without words of the browser on the way', async (_, path) => {
  await using hub = await startTestHub();
  const bearer = { authorization: `Bearer ${hub.token}` };
  for (const origin of ['http://evil.example', 'null', hub.url.replace('127.0.0.1', 'localhost')])
    for (const method of ['GET', 'HEAD'])
      expect((await fetch(hub.url + path, { method, headers: { ...bearer, origin } })).status).toBe(403);
  expect((await fetch(hub.url + path, { headers: { ...bearer, origin: hub.url } })).status).not.toBe(403);
  expect((await fetch(hub.url + path, { headers: bearer })).status).not.toBe(403);
});

test('an export of an unknown session says so in words, and gives a browser nothing to run', async () => {
  const sessions = {
    list: () => [],
    state: () => {
      throw notFound('There is no session no-such-session.');
    },
  };
  await using hub = await startTestHub({ openCore: fakeCore({}, { sessions: sessions as never }) });
  const headers = { authorization: `Bearer ${hub.token}` };
  const refused = await fetch(hub.url + NOWHERE, { headers });
  expect(refused.status).toBe(404);
  expect(refused.headers.get('content-type')).toStartWith('text/plain');
  expect(refused.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await refused.text()).toBe('There is no session no-such-session.\n');
  // No format of ours: an address like any other that leads nowhere.
  expect((await fetch(`${hub.url}/export/no-such-session.exe`, { headers })).status).toBe(404);
  expect((await fetch(hub.url + NOWHERE, { headers, method: 'POST' })).status).toBe(404);
});
