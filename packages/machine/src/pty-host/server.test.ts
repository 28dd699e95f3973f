import { expect, setDefaultTimeout, test } from 'bun:test';
import { processesWithEnv } from '@agor/runtime';
import { until } from '@agor/runtime/testing';
import { newHeadless } from './headless.ts';
import { type AttachedClient, startHost } from './testing.ts';

setDefaultTimeout(60_000); // for a loaded computer

/** What a window shows that drew what the client got. */
function draw(client: AttachedClient) {
  const screen = client.screens.at(-1);
  const { terminal, core } = newHeadless(screen?.size ?? { cols: 80, rows: 24 });
  core.writeSync(screen?.data ?? '');
  core.writeSync(client.output);
  const { active } = terminal.buffer;
  const line = (y: number) => active.getLine(active.baseY + y)?.translateToString(true) ?? '';
  const text = () =>
    Array.from({ length: active.length }, (_, y) => active.getLine(y)?.translateToString(true)).join('\n');
  return { core, line, text };
}

test('what is typed comes back from the shell, to a second window as well', async () => {
  await using host = await startHost();
  const id = await host.spawn();
  const first = await host.attach(id);
  first.type('echo hel""lo\n');
  await first.untilText('hello\r\n');

  const second = await host.attach(id);
  await second.untilText('hello\r\n');
  first.type('echo wor""ld\n');
  await second.untilText('world\r\n');
});

test('a terminal in a folder that does not exist is refused with the folder named', async () => {
  await using host = await startHost();
  expect(host.spawn({ cwd: '/no/such/folder' })).rejects.toThrow('The folder /no/such/folder does not exist');
  expect(host.spawn({ cwd: '/etc/passwd' })).rejects.toThrow('/etc/passwd is a file');
  expect(host.spawn({ shell: '/bin/no-such-shell' })).rejects.toThrow('Choose another one');
  expect(await host.control.request({ t: 'list' })).toEqual([]);
});

test('a connection without the proof of the secret gets nothing', async () => {
  await using host = await startHost();
  const socket = new WebSocket(`ws+unix://${host.socketPath}:/control`);
  const messages: string[] = [];
  const closed = Promise.withResolvers<number>();
  socket.onmessage = ({ data }) => {
    messages.push(String(data));
    socket.send(JSON.stringify({ t: 'hello', mac: 'f'.repeat(64) }));
    socket.send(JSON.stringify({ t: 'list', id: '1' }));
  };
  socket.onclose = ({ code }) => closed.resolve(code);
  expect(await closed.promise).toBe(1008);
  expect(messages.map((text) => JSON.parse(text).t)).toEqual(['challenge']);
});

test('a new window gets the alternate screen of an editor with its modes, and leaving it brings the shell back', async () => {
  await using host = await startHost();
  const id = await host.spawn();
  const first = await host.attach(id);
  first.type(
    `printf 'b\\145fore\\n'; printf '\\033[?1049h\\033[?1h\\033[?1002h\\033[2J\\033[5;7Hedi\\164or'; read; printf '\\033[?1049l'; echo do""ne\n`,
  );
  await first.untilText('editor');
  const second = await host.attach(id);
  await second.untilText('editor');
  expect(second.text).toContain('before');
  const view = draw(second);
  expect(view.core.buffers.active).toBe(view.core.buffers.alt);
  expect(view.line(4)).toBe('      editor');
  expect(view.core.coreService.decPrivateModes.applicationCursorKeys).toBe(true);
  expect(view.core.coreMouseService.activeProtocol).toBe('DRAG');
  first.type('\n');
  await second.untilText('done');
  const after = draw(second);
  expect(after.core.buffers.active).toBe(after.core.buffers.normal);
  expect(after.text()).toContain('before');
});

test('a character that comes in pieces is whole in every window', async () => {
  await using host = await startHost();
  const id = await host.spawn({
    shell: '/bin/sh',
    args: ['-c', "stty -echo; printf '\\342'; read x; printf '\\202'; read x; printf '\\254!'; read x"],
  });
  const first = await host.attach(id);
  await first.until('the first byte came', () => first.text.length > 0 || first.output.includes(0xe2));
  const second = await host.attach(id);
  await second.until('the first byte is given again', () => second.output.includes(0xe2));
  first.type('\n');
  await first.until('the second byte came', () => first.output.includes(0x82));
  const third = await host.attach(id);
  await third.until('both bytes are given again', () => third.output.includes(0x82));
  first.type('\n');
  for (const client of [first, second, third]) {
    await client.until('the rest came', () => client.output.includes('!'));
    expect(draw(client).text()).toContain('€!');
  }
});

test('the end of a program is told with its code or its signal, after its last output, and its screen stays', async () => {
  await using host = await startHost();
  const id = await host.spawn({ shell: '/bin/sh', args: ['-c', 'read x; echo last words; exit 7'] });
  const client = await host.attach(id);
  client.type('\n');
  await client.until('it has ended', () => client.exit !== null);
  expect(client.exit).toEqual({ code: 7, signal: null });
  expect(client.text).toContain('last words');
  await host.control.until('the hub is told', () => Boolean(host.control.info(id)?.exit));
  expect(host.control.info(id)?.exit).toEqual({ code: 7, signal: null });
  const later = await host.attach(id);
  await later.until('the end is told again', () => later.exit !== null);
  expect(later.text).toContain('last words');
  await host.control.request({ t: 'kill', pty: id });
  expect(host.control.isGone(id)).toBe(true);

  const killed = await host.spawn({ shell: '/bin/sh', args: ['-c', 'kill -KILL $$'] });
  await host.control.until('the signal is told', () => Boolean(host.control.info(killed)?.exit));
  expect(host.control.info(killed)?.exit).toEqual({ code: null, signal: 'SIGKILL' });
});

test('only the last exited terminals are kept', async () => {
  await using host = await startHost({ maxExited: 2 });
  const ids: string[] = [];
  for (let i = 0; i < 4; i++) {
    const id = await host.spawn({ shell: '/bin/true', args: [] });
    ids.push(id);
    await host.control.until('it has ended', () => Boolean(host.control.info(id)?.exit));
  }
  await host.control.until('the first two are gone', () => ids.slice(0, 2).every((id) => host.control.isGone(id)));
  expect((await host.control.request({ t: 'list' })).map((pty) => String(pty.id))).toEqual(ids.slice(2));
});

test('closing a terminal leaves none of its processes: no job in the background, no child in a session of its own', async () => {
  await using host = await startHost();
  const id = await host.spawn();
  const client = await host.attach(id);
  client.type(
    'sleep 1000 & setsid sleep 1001 & (trap "" HUP TERM; sleep 1002 & wait) & nohup sleep 1003 >/dev/null & echo sta""rted\n',
  );
  await client.untilText('started');
  await until('all run', () => processesWithEnv('AGOR_SESSION', id).length >= 6);
  await host.control.request({ t: 'kill', pty: id });
  expect(processesWithEnv('AGOR_SESSION', id)).toEqual([]);
  expect((await client.closed).code).toBe(1000);
  expect(host.control.isGone(id)).toBe(true);
});

test('the program learns the new size, and every window the size to draw at', async () => {
  await using host = await startHost();
  const script = 'trap "let told++" WINCH; echo ready; while read x; do echo "told $told: $(stty size)"; done';
  const id = await host.spawn({ shell: '/bin/bash', args: ['--norc', '-c', script] });
  const first = await host.attach(id);
  const second = await host.attach(id);
  await second.untilText('ready');
  first.resize({ cols: 101, rows: 37 });
  first.type('\n');
  await second.untilText('told 1: 37 101');
  expect(second.infos.at(-1)?.size).toEqual({ cols: 101, rows: 37 });
  second.resize({ cols: 60, rows: 20 });
  second.type('\n');
  await first.untilText('told 2: 20 60');
  expect(first.infos.at(-1)?.size).toEqual({ cols: 60, rows: 20 });
  const third = await host.attach(id);
  await third.untilText('20 60');
  expect(third.screens[0]?.size).toEqual({ cols: 60, rows: 20 });
});

test('questions to the terminal are answered once, whether a window is there or not', async () => {
  await using host = await startHost();
  const ask = `stty raw -echo; read -n 1 go; printf '\\033[c\\033[6n\\033]11;?\\033\\\\'; dd bs=1 count=38 2>/dev/null | od -An -c; stty sane; echo do""ne; read x`;
  for (const hasWindow of [true, false]) {
    const id = await host.spawn({ args: ['--norc', '-c', ask] });
    const client = await host.attach(id);
    client.type('g');
    if (!hasWindow) client.close();
    const reader = hasWindow ? client : await host.attach(id);
    await reader.untilText('done');
    const answer = draw(reader).text().replace(/\s+/g, '');
    expect(answer).toMatch(/033\[\?1;2c033\[1;[12]R033\]11;rgb:1e1e\/1e1e\/2e2e033\\/); // the g may have been shown
  }
});

test('title and folder of a program are told, and a name that the person gave stays until it is taken back', async () => {
  await using host = await startHost();
  const id = await host.spawn({ title: 'mine' });
  expect(host.control.info(id)?.title).toBe('mine');
  const client = await host.attach(id);
  client.type("printf '\\033]2;from the program\\007\\033]7;file://host/tmp/a%%20b\\007'\n");
  await host.control.until('both are told', () => host.control.info(id)?.cwd === '/tmp/a b');
  expect(host.control.info(id)?.title).toBe('mine');
  await host.control.request({ t: 'rename', pty: id, title: '' });
  await host.control.until('the program names it', () => host.control.info(id)?.title === 'from the program');
});
