import { expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { newId, PtyId, type PtyInfo, PtyOp, type PtyScreen } from '@agor/protocol';
import { until } from '@agor/runtime/testing';
import { openCore } from '../core/index.ts';
import { command, startTestHub, type TestHub } from '../testing/test-hub.ts';

const SIZE = { cols: 80, rows: 24 };

/** A hub with the real machine and its real pty host, which end with it. */
async function startWithMachine(): Promise<TestHub> {
  const hub = await startTestHub({ openCore });
  await hub.hub.machineTried;
  return {
    ...hub,
    [Symbol.asyncDispose]: async () => {
      await hub.hub.core.machine.shutdown();
      await hub[Symbol.asyncDispose]();
    },
  };
}

/** A window on one terminal, as the face has it. */
class Window {
  text = '';
  screens = 0;
  closed: { code: number; reason: string } | null = null;
  readonly #socket: WebSocket;

  constructor(hub: TestHub, id: PtyId) {
    const headers = { authorization: `Bearer ${hub.token}` };
    this.#socket = new WebSocket(`${hub.url.replace('http', 'ws')}/pty/${id}`, { headers });
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => this.#read(new Uint8Array(data));
    this.#socket.onclose = ({ code, reason }) => {
      this.closed = { code, reason };
    };
  }

  type(text: string): void {
    this.#send(PtyOp.input, text);
  }

  close(): void {
    this.#socket.close();
  }

  #send(op: number, text: string): void {
    this.#socket.send(Buffer.concat([Buffer.from([op]), Buffer.from(text)]));
  }

  #read(frame: Uint8Array): void {
    const body = new TextDecoder().decode(frame.subarray(1));
    if (frame[0] === PtyOp.output) this.text += body;
    if (frame[0] !== PtyOp.screen) return;
    this.screens++;
    this.text = (JSON.parse(body) as PtyScreen).data;
  }
}

test('a shell is started in its project, typed into, seen again in a new window, renamed and ended', async () => {
  await using hub = await startWithMachine();
  const { client } = hub;
  const cwd = join(hub.dir, 'shop');
  mkdirSync(cwd);
  const { projectId } = await client.groups.addProject({ commandId: command(), cwd });
  await client.settings.set({ commandId: command(), key: 'default_shell', value: '/bin/sh' });
  const changes: PtyInfo[] = [];
  hub.hub.bus.on('ptys', ({ changed }) => changes.push(...changed));

  const id = newId(PtyId);
  const input = { commandId: command(), id, projectId, size: SIZE };
  const spawned = await client.pty.spawn(input);
  expect(spawned).toMatchObject({ id, projectId, cwd, exit: null });
  expect(await client.pty.spawn({ ...input, commandId: command() })).toMatchObject({ id, pid: spawned.pid });

  const first = new Window(hub, id);
  await until('the window shows the terminal', () => first.screens > 0);
  first.type('echo "$AGOR_SESSION|$TERM|$AGOR_TOKEN|$(pwd)"\r');
  await until('it is answered', () => first.text.includes(`${id}|xterm-256color||${cwd}`));
  first.close();

  const second = new Window(hub, id);
  await until('a new window shows what was there', () => second.text.includes(`${id}|xterm-256color`));
  await client.pty.rename({ commandId: command(), id, title: 'my shell' });
  await until('the name is told', () => changes.some((pty) => pty.title === 'my shell'));
  expect((await client.pty.list({ projectId })).map((pty) => pty.title)).toEqual(['my shell']);

  await client.pty.kill({ commandId: command(), id });
  await until('it is gone', () => hub.hub.terminals.list().length === 0);
  await until('its window is told', () => second.closed !== null);
  const late = new Window(hub, id);
  await until('who comes late is told', () => late.closed !== null);
  expect(late.closed?.code).toBe(4404);
}, 60_000);

test('terminals outlive the hub: the next one knows them, and a window shows what was on the screen', async () => {
  await using first = await startTestHub({ openCore });
  await first.hub.machineTried;
  const id = newId(PtyId);
  await first.client.settings.set({ commandId: command(), key: 'default_shell', value: '/bin/sh' });
  await first.client.pty.spawn({ commandId: command(), id, projectId: null, cwd: first.dir, size: SIZE });
  const before = new Window(first, id);
  await until('the window shows the terminal', () => before.screens > 0);
  before.type('echo still-$((40+2))\r');
  await until('it is answered', () => before.text.includes('still-42'));
  await first.hub.close();
  await until('the window is told that the hub goes', () => before.closed !== null);
  expect(before.closed?.code).toBe(1001);

  await using second = await startTestHub({ openCore, paths: first.paths });
  await second.hub.machineTried;
  await until('the terminal is known', () => second.hub.terminals.list().some((pty) => pty.id === id));
  const after = new Window(second, id);
  await until('the screen is the same', () => after.text.includes('still-42'));
  await second.hub.core.machine.shutdown();
}, 60_000);

test('a terminal that cannot start says why', async () => {
  await using hub = await startWithMachine();
  const spawn = (cwd: string) =>
    hub.client.pty.spawn({ commandId: command(), id: newId(PtyId), projectId: null, cwd, size: SIZE });
  await expect(spawn(join(hub.dir, 'nowhere'))).rejects.toThrow(/is not there/);
  await hub.client.settings.set({ commandId: command(), key: 'default_shell', value: '/no/such/shell' });
  await expect(spawn(hub.dir)).rejects.toThrow(/\/no\/such\/shell/);
}, 60_000);

test('a frame that no terminal knows ends the window, not the hub', async () => {
  await using hub = await startWithMachine();
  const id = newId(PtyId);
  await hub.client.pty.spawn({ commandId: command(), id, projectId: null, cwd: hub.dir, size: SIZE });
  const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/pty/${id}`, {
    headers: { authorization: `Bearer ${hub.token}` },
  });
  const closed = new Promise<number>((resolve) => {
    socket.onclose = ({ code }) => resolve(code);
  });
  socket.onopen = () => socket.send(new Uint8Array([99, 1, 2]));
  expect(await closed).toBe(1007);
  expect(await hub.client.session.list({})).toEqual([]);
}, 60_000);
