import { expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TASK_PRIORITIES } from '@agor/protocol/task-words';
import { tempDir } from '@agor/runtime/testing';

const MAIN = join(import.meta.dir, 'main.ts');

/** A home without a hub, or with one that the test plays. */
function home(hub?: { url: string }) {
  const dir = tempDir();
  const data = join(dir.path, 'data');
  mkdirSync(data);
  if (hub) writeFileSync(join(data, 'hub.json'), JSON.stringify({ url: hub.url, token: 'secret' }));
  const env = { PATH: process.env.PATH ?? '', HOME: dir.path, AGOR_DATA_DIR: data, AGOR_CONFIG_DIR: dir.path };
  return { env, [Symbol.dispose]: () => dir[Symbol.dispose]() };
}

async function run(env: Record<string, string>, args: readonly string[], stdin = '') {
  const child = Bun.spawn([process.execPath, MAIN, ...args], {
    env,
    stdin: new Blob([stdin]),
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { stdout, stderr, exitCode: await child.exited };
}

test('the commands load nothing of npm and no slow module: agents start them by the hundred', async () => {
  const { outputs } = await Bun.build({ entrypoints: [MAIN], target: 'bun' });
  const text = (await outputs[0]?.text()) ?? '';
  const modules = [...text.matchAll(/(?:from |require\(|import\()"([\w:@/.-]+)"/g)].map(([, name]) => name);
  expect([...new Set(modules)].toSorted()).toEqual(['fs', 'os', 'path', 'tty']);
  expect(text.length).toBeLessThan(60_000);
  expect(text).not.toContain('process.stdout');
});

test('help is no failure, wrong usage is one of its own, and so is an agor that does not run', async () => {
  using place = home();
  expect(await run(place.env, ['btmsg', 'help'])).toMatchObject({ exitCode: 0, stderr: '' });
  expect((await run(place.env, ['btmsg', 'help', 'send'])).stdout).toStartWith('btmsg send <agent> <text…>');
  expect((await run(place.env, ['bttask', 'add', '--help'])).stdout).toContain('--priority <priority>');
  expect(await run(place.env, ['bttask', 'priorities'])).toMatchObject({
    exitCode: 0,
    stdout: `${TASK_PRIORITIES.join('\n')}\n`,
  });
  expect(await run(place.env, ['btmsg'])).toMatchObject({ exitCode: 2, stdout: '' });
  const wrong = await run(place.env, ['btmsg', '--json', 'send', 'web']);
  expect({ ...wrong, stderr: JSON.parse(wrong.stderr) }).toMatchObject({ exitCode: 2, stderr: { code: 'usage' } });
  expect(await run(place.env, ['btmsg', 'unread'])).toMatchObject({
    exitCode: 1,
    stderr: 'agor does not run (or not for you). Start it with `agor`.\n',
  });
});

test('a text comes from standard input where it is a dash', async () => {
  const bodies: unknown[] = [];
  using hub = playedHub((body) => {
    bodies.push(body);
    return Response.json({ state: 'done', result: { id: 'aaaaaaaaaa' } });
  });
  using place = home(hub);
  const text = '- one\n- "two" $HOME\n';
  expect(await run(place.env, ['btmsg', 'send', 'web', '-'], text)).toMatchObject({
    exitCode: 0,
    stdout: 'Sent: aaaaaaaa\n',
  });
  expect(bodies).toMatchObject([{ operation: 'btmsg.send', input: { to: 'web', content: text.trimEnd() } }]);
  expect(await run(place.env, ['btmsg', 'send', 'web', '-'])).toMatchObject({ exitCode: 2 });
});

test('a hub that dies before it answers is asked again under the same id', async () => {
  const ids: string[] = [];
  let answers = 0;
  const raw = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      data(socket, data) {
        const [, id] = /"id":"([^"]+)"/.exec(data.toString()) ?? [];
        if (id === undefined) return;
        ids.push(id);
        if (++answers < 3) return void socket.terminate();
        const body = JSON.stringify({ state: 'done', result: { count: 7 } });
        socket.end(
          `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
        );
      },
    },
  });
  using place = home({ url: `http://127.0.0.1:${raw.port}` });
  expect(await run(place.env, ['btmsg', 'unread'])).toMatchObject({ exitCode: 0, stdout: '7\n' });
  raw.stop(true);
  expect(ids).toHaveLength(3);
  expect(new Set(ids).size).toBe(1);
});

test('a refusal is told with its code to programs, in words to people; what is no answer, as that', async () => {
  let reply: unknown = { state: 'failed', code: 'conflict', message: 'Somebody was faster.' };
  using hub = playedHub(() => Response.json(reply));
  using place = home(hub);
  expect(await run(place.env, ['bttask', 'delete', 'abcd', '--json'])).toMatchObject({
    exitCode: 1,
    stderr: '{"error":"Somebody was faster.","code":"conflict"}\n',
  });
  expect(await run(place.env, ['bttask', 'delete', 'abcd'])).toMatchObject({
    exitCode: 1,
    stderr: 'Somebody was faster.\n',
  });
  reply = { state: 'queued' };
  expect(await run(place.env, ['bttask', 'delete', 'abcd', '--json'])).toMatchObject({
    exitCode: 0,
    stdout: '{"queued":true}\n',
  });
  for (reply of [null, 7, {}, { state: 'perhaps' }])
    expect((await run(place.env, ['btmsg', 'unread'])).stderr).toContain('Are they of the same version?');
});

function playedHub(answer: (body: unknown) => Response) {
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: async (request) => answer(await request.json()) });
  return { url: server.url.href, [Symbol.dispose]: () => void server.stop(true) };
}
