import { expect, setDefaultTimeout, test } from 'bun:test';
import { readdirSync } from 'node:fs';
import { PTY_CLIENT_LAG_BYTES } from '@agor/protocol';
import { listProcesses, processesWithEnv } from '@agor/runtime';
import { until } from '@agor/runtime/testing';
import { newHeadless } from './headless.ts';
import { startHost } from './testing.ts';

setDefaultTimeout(180_000); // for a loaded computer

const MB = 1024 * 1024;

test('a flood of 200 MB takes bounded memory, loses its end nowhere, and another terminal is answered meanwhile', async () => {
  await using host = await startHost();
  const flood = await host.spawn({
    shell: '/bin/bash',
    args: ['--norc', '-c', 'read x; head -c 148000000 /dev/zero | base64; echo the e""nd; read x'],
  });
  const other = await host.spawn({ shell: '/bin/cat', args: [] });
  const [seen, hidden, quick] = [await host.attach(flood), await host.attach(flood), await host.attach(other)];
  seen.keeps = false;
  hidden.reads = false;
  Bun.gc(true);
  const before = process.memoryUsage.rss();
  let peak = 0;
  seen.type('\n');
  let echoes = 0;
  const isOver = () => seen.tail.includes('the end') || Boolean(seen.screens.at(-1)?.data.includes('the end'));
  while (!isOver()) {
    quick.type(`line ${echoes}\n`);
    await quick.untilText(`line ${echoes}\r\nline ${echoes}\r\n`);
    echoes++;
    if (echoes % 50 === 0) quick.output = Buffer.alloc(0);
    peak = Math.max(peak, process.memoryUsage.rss());
  }
  expect(echoes).toBeGreaterThan(10);
  expect(peak - before).toBeLessThan(300 * MB);
  expect(hidden.outputBytes).toBeLessThanOrEqual(PTY_CLIENT_LAG_BYTES);

  hidden.readAll();
  await hidden.until('it gets a fresh screen', () => hidden.screens.length === 2);
  expect(hidden.text).toContain('the end');
  expect(hidden.screens[1]?.offset).toBeGreaterThan(195_000_000);
});

test('a window that reads on after it was left behind gets the screen of now, and then all that follows', async () => {
  await using host = await startHost();
  const id = await host.spawn({
    shell: '/bin/bash',
    args: ['--norc', '-c', 'read x; seq 1 100000; read x; seq 7000001 7000100; read x'],
  });
  const [lagging, reading] = [await host.attach(id), await host.attach(id)];
  lagging.reads = false;
  reading.type('\n');
  await reading.untilText('\r\n100000\r\n');
  expect(lagging.outputBytes).toBeLessThanOrEqual(PTY_CLIENT_LAG_BYTES);
  lagging.reads = true;
  lagging.readAll();
  await lagging.untilText('\r\n100000\r\n');
  reading.type('\n');
  await lagging.untilText('7000100\r\n');
  const { core, terminal } = newHeadless({ cols: 80, rows: 24 });
  core.writeSync(lagging.screens.at(-1)?.data ?? '');
  core.writeSync(lagging.output);
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, y) => active.getLine(y)?.translateToString(true) ?? '');
  const numbers = lines.filter((line) => /^\d+$/.test(line)).map(Number);
  expect(numbers).toEqual(
    [...numbers.keys()].map((i) =>
      i >= numbers.length - 100 ? 7000101 + i - numbers.length : 100_001 + i - (numbers.length - 100),
    ),
  );
});

test('a parked terminal goes on, answers questions, and shows all when a window comes', async () => {
  await using host = await startHost({ maxIdleTwins: 1 });
  const script = `printf '\\033[?2004h\\033[31mred\\033[0m one\\n'; read x; echo t""wo "$x"; read x`;
  const id = await host.spawn({ shell: '/bin/bash', args: ['--norc', '-c', script] });
  const first = await host.attach(id);
  await first.untilText('one');
  first.close();
  const pty = host.manager.get(id);
  for (let i = 0; i < 2; i++) {
    const busy = await host.spawn();
    const client = await host.attach(busy);
    await client.untilText('$ ');
    client.close();
  }
  await until('the terminal is parked', () => pty?.isParked === true);
  pty?.write(Buffer.from('typed\n'));
  pty?.resize({ cols: 70, rows: 20 });
  const second = await host.attach(id);
  await second.untilText('two typed');
  expect(pty?.isParked).toBe(false);
  expect(second.text).toContain('red');
  expect(second.screens[0]?.size).toEqual({ cols: 70, rows: 20 });
  expect(second.text).toContain('2004h');
});

test('fifty terminals come and go and leave no descriptor, no process, no zombie', async () => {
  await using host = await startHost();
  const descriptors = () => readdirSync('/proc/self/fd').length;
  const cycle = async () => {
    const id = await host.spawn();
    const client = await host.attach(id);
    await client.untilText('$ ');
    await host.control.request({ t: 'kill', pty: id });
    await client.closed;
    return id;
  };
  await cycle(); // what is opened once and kept
  const before = descriptors();
  const ids: string[] = [];
  for (let i = 0; i < 50; i++) ids.push(await cycle());
  expect(descriptors()).toBeLessThanOrEqual(before + 2);
  expect(ids.flatMap((id) => processesWithEnv('AGOR_SESSION', id))).toEqual([]);
  expect(listProcesses().filter((info) => info.ppid === process.pid && info.state === 'Z')).toEqual([]);
});
