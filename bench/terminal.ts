import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PtyChallenge, PtyOp, PtySpawn } from '@agor/protocol';
import { programCommand, proveSecret, resolvePaths } from '@agor/runtime';
import { built } from './built.ts';
import { atLeast, atMost, percentile, type Row } from './row.ts';

const FLOOD_BYTES = 200_000_000;
const ECHOES = 400;
const TERMINALS = 10;

/** Measures the pty host as it runs: its own process, its socket, real programs. Takes some twenty seconds. */
export async function run(): Promise<Row[]> {
  const memory = await withHost(memoryPerTerminal); // first, and in a host of its own: memory that was used once is not given back at once
  const { quiet, busy, megabytesPerSecond } = await withHost(async (host) => ({
    quiet: await echoTimes(host),
    ...(await flood(host)),
  }));
  return [
    atLeast('terminal, output with its twin', megabytesPerSecond, 15, 'MB/s'),
    { name: '… echo alone, p50', value: percentile(quiet, 0.5), unit: 'ms' },
    { name: '… echo while another floods, p50', value: percentile(busy, 0.5), unit: 'ms' },
    atMost('… echo while another floods, p95', percentile(busy, 0.95), 10, 'ms'),
    atMost('… RSS per live terminal, scrollback full', memory.live, 15, 'MB'),
    atMost('… RSS per parked terminal', memory.parked, 8, 'MB'),
    { name: '… RSS of the pty host without terminals', value: memory.idle, unit: 'MB' },
  ];
}

async function withHost<Result>(measure: (host: Host) => Promise<Result>): Promise<Result> {
  const host = await startHost();
  try {
    return await measure(host);
  } finally {
    await host.stop();
  }
}

type Host = Awaited<ReturnType<typeof startHost>>;

async function startHost() {
  const dir = mkdtempSync(join(tmpdir(), 'agor-bench-'));
  const home = join(dir, 'home');
  mkdirSync(home);
  const env = { PATH: process.env.PATH ?? '', HOME: home, XDG_RUNTIME_DIR: dir };
  const paths = resolvePaths(env, { dataDir: join(dir, 'data'), configDir: join(dir, 'config') });
  const args = ['--data-dir', paths.dataDir, '--config-dir', paths.configDir];
  const child = Bun.spawn([...programCommand('pty-host', built()), ...args], {
    env,
    stdin: 'pipe',
    stdout: 'pipe',
  });
  await child.stdout.getReader().read(); // its first words: it is ready
  const secret = readFileSync(paths.machineSecretFile, 'utf8').trim();
  const control = await connect(paths.ptySocket, '/control', secret, () => {});
  const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
  return {
    idle: rss(),
    rss,
    spawn: async (shell: string, args: string[]) => {
      const id = crypto.randomUUID();
      const pty = PtySpawn.parse({ id, projectId: null, cwd: home, shell, args, size: { cols: 120, rows: 40 } });
      const answered = control.next((text) => text.includes('"ok"') || text.includes('"failed"'));
      control.send(JSON.stringify({ t: 'spawn', id: 'x', pty, env: { PATH: env.PATH, HOME: home } }));
      await answered;
      return id;
    },
    attach: (id: string) => attach(paths.ptySocket, secret, id),
    stop: async () => {
      await child.stdin.end();
      await child.exited;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** One echo after the other through a terminal whose program is `cat`. */
async function echoTimes(host: Host, isOver = () => false): Promise<number[]> {
  const client = await host.attach(await host.spawn('/bin/cat', []));
  const times: number[] = [];
  for (let i = 0; i < ECHOES && !isOver(); i++) {
    const sentAt = performance.now();
    const seen = client.untilText(`<${i}>`);
    client.type(`<${i}>`);
    await seen;
    times.push(performance.now() - sentAt);
    if (i % 20 === 19) client.type('\n'); // a line of a terminal is bounded
  }
  client.close();
  return times;
}

async function flood(host: Host): Promise<{ megabytesPerSecond: number; busy: number[] }> {
  const script = `read x; head -c ${Math.round((FLOOD_BYTES * 3) / 4)} /dev/zero | base64; printf 'the %s' end; read x`;
  const client = await host.attach(await host.spawn('/bin/sh', ['-c', script]));
  let isOver = false;
  const startedAt = performance.now();
  const done = client.untilText('the end').then(() => {
    isOver = true;
    return performance.now() - startedAt;
  });
  client.type('\n');
  const busy = await echoTimes(host, () => isOver);
  const ms = await done;
  client.close();
  return { megabytesPerSecond: FLOOD_BYTES / 1e6 / (ms / 1000), busy };
}

/** Two dozen terminals, half of which end up parked: what the first half costs, then what the others add. */
async function memoryPerTerminal(host: Host): Promise<{ idle: number; live: number; parked: number }> {
  const script = `seq -f '%0100g' 1 2500; printf 'the %s' end; read x`;
  const fill = async (count: number) => {
    const before = host.rss();
    for (let i = 0; i < count; i++) {
      const client = await host.attach(await host.spawn('/bin/sh', ['-c', script]));
      await client.untilText('the end');
      client.close();
    }
    return (host.rss() - before) / count;
  };
  const live = await fill(TERMINALS);
  await fill(4); // up to the number that stay live
  const parked = await fill(TERMINALS);
  return { idle: host.idle, live, parked };
}

async function connect(socketPath: string, path: string, secret: string, onBytes: (bytes: Uint8Array) => void) {
  const socket = new WebSocket(`ws+unix://${socketPath}:${path}`);
  socket.binaryType = 'arraybuffer';
  const opened = Promise.withResolvers<void>();
  let waiting: { fits: (text: string) => boolean; resolve: () => void } | null = null;
  let isProven = false;
  socket.onerror = () => opened.reject(new Error('the pty host cannot be reached'));
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (!isProven) {
      const { nonce } = PtyChallenge.parse(JSON.parse(String(data)));
      isProven = true;
      socket.send(JSON.stringify({ t: 'hello', mac: proveSecret(secret, nonce) }));
      opened.resolve();
    } else if (typeof data === 'string') {
      if (waiting?.fits(data)) waiting.resolve();
    } else onBytes(new Uint8Array(data));
  };
  await opened.promise;
  return {
    send: (data: string | Uint8Array<ArrayBuffer>) => socket.send(data),
    close: () => socket.close(),
    next: (fits: (text: string) => boolean) => new Promise<void>((resolve) => (waiting = { fits, resolve })),
  };
}

/** A window that draws nothing and reads all. */
async function attach(socketPath: string, secret: string, id: string) {
  let tail = '';
  let drawn = 0;
  let waiting: { text: string; resolve: () => void } | null = null;
  const json = (op: number, body: unknown) => Buffer.concat([Uint8Array.of(op), Buffer.from(JSON.stringify(body))]);
  const connection = await connect(socketPath, `/attach/${id}`, secret, (frame) => {
    const body = Buffer.from(frame.buffer, frame.byteOffset + 1, frame.byteLength - 1);
    if (frame[0] === PtyOp.screen) drawn = 0;
    else if (frame[0] === PtyOp.output) {
      drawn += body.byteLength;
      connection.send(json(PtyOp.read, { bytes: drawn }));
    } else return;
    tail = (tail + body.subarray(-4096).toString('latin1')).slice(-4096);
    if (waiting && tail.includes(waiting.text)) waiting.resolve();
  });
  return {
    type: (text: string) => connection.send(Buffer.concat([Uint8Array.of(PtyOp.input), Buffer.from(text)])),
    untilText: (text: string) =>
      new Promise<void>((resolve) => {
        if (tail.includes(text)) resolve();
        else waiting = { text, resolve };
      }),
    close: connection.close,
  };
}
