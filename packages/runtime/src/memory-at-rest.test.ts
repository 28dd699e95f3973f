import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { cleanMappings, giveMemoryBackAtRest, releaseProgramPages } from './memory-at-rest.ts';
import { ManualClock } from './testing.ts';

function start() {
  const clock = new ManualClock();
  const cpu = { ms: 300 };
  const given: number[] = [];
  const atRest = giveMemoryBackAtRest({ clock, cpuMs: () => cpu.ms, giveBack: () => void given.push(cpu.ms) });
  const work = (ms: number): void => {
    cpu.ms += ms;
    clock.advance(2_000);
  };
  return { clock, given, work, atRest };
}

test('after its start a program gives memory back once it rests, and not again while it only waits', () => {
  const { given, work } = start();
  work(200);
  expect(given).toEqual([]);
  work(1);
  expect(given).toEqual([501]);
  for (let i = 0; i < 20; i++) work(1);
  expect(given).toHaveLength(1);
});

test('after every stretch of work it gives back once more, never in the middle of it', () => {
  const { given, work } = start();
  work(0);
  for (let i = 0; i < 5; i++) work(1_000);
  expect(given).toEqual([300]);
  work(2);
  expect(given).toEqual([300, 5_302]);
});

test('it looks no more once it is disposed', () => {
  const { clock, given, work, atRest } = start();
  atRest[Symbol.dispose]();
  work(0);
  expect([given, clock.pending]).toEqual([[], 0]);
});

const entry = (head: string, fields: Record<string, number>): string =>
  [head, ...Object.entries(fields).map(([name, value]) => `${name}: ${value} kB`), 'VmFlags: rd ex mr'].join('\n');
const CLEAN = { Rss: 8, Shared_Dirty: 0, Private_Dirty: 0, Anonymous: 0, Swap: 0 };

test('only mappings of the file that nothing was written to count as clean', () => {
  const smaps = [
    entry('1000-3000 r--p 00000000 fe:00 12                  /opt/my bun', CLEAN),
    entry('3000-4000 r-xp 00002000 fe:00 12                  /opt/my bun', { ...CLEAN, Private_Dirty: 4 }),
    entry('4000-5000 r--p 00003000 fe:00 12                  /opt/my bun', { ...CLEAN, Anonymous: 4 }),
    entry('5000-6000 rw-p 00003000 fe:00 12                  /opt/my bun', CLEAN),
    entry('6000-7000 r-xp 00000000 fe:00 13                  /lib/libc.so.6', CLEAN),
    entry('7000-8000 r-xp 00003000 fe:00 12                  /opt/my bun', { Rss: 4 }),
    entry('8000-9000 rw-p 00000000 00:00 0 ', CLEAN),
  ].join('\n');
  expect(cleanMappings(smaps, '/opt/my bun')).toEqual([{ from: 0x1000n, to: 0x3000n, rss: 8_192 }]);
  expect(cleanMappings('', '/opt/my bun')).toEqual([]);
});

test.if(process.platform === 'linux')(
  'a program that let go of its own pages goes on as before, with less of them',
  () => {
    const mapped = (): number => Number(/RssFile:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
    const before = mapped();
    expect(releaseProgramPages()).toBeGreaterThan(0);
    expect(mapped()).toBeLessThan(before);
    expect(JSON.stringify(new Map([[1, crypto.randomUUID()]]).size)).toBe('1');
  },
);
