import { expect, test } from 'bun:test';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FromRunner } from '@agor/protocol';
import { LineSplitter, programCommand } from '@agor/runtime';

const MESSAGES = 60_000;
const MESSAGE_CHARS = 2_000;
const MAX_RSS_MB = 160;

/** How much processor time a process has used, in ticks, and its memory in MB. */
function usage(pid: number): { ticks: string; rssMb: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const rss = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return { ticks: `${stat[11]} ${stat[12]}`, rssMb: Number(rss?.[1]) / 1024 };
}

/** Waits until the process has done nothing over several looks: it is blocked by us. */
async function untilBlocked(pid: number): Promise<void> {
  let before = '';
  for (let quiet = 0; quiet < 5; ) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { ticks } = usage(pid);
    quiet = ticks === before ? quiet + 1 : 0;
    before = ticks;
  }
}

test.skipIf(process.platform !== 'linux')(
  'while nobody reads, the agent waits in bounded memory and still hears its stdin; then nothing is missing (needs /proc)',
  async () => {
    const dir = mkdtempSync(join(tmpdir(), 'agor-pipe-test-'));
    // A named pipe of our own: a child's stdout Bun reads into its memory until the first reader comes.
    const fifo = join(dir, 'stdout');
    Bun.spawnSync(['mkfifo', fifo]);
    const pipe = openSync(fifo, 'r+');
    // Opened anew: the child makes its own end non-blocking.
    const reader = openSync(fifo, 'r');
    const child = Bun.spawn(programCommand('runner-demo', import.meta), {
      stdin: 'pipe',
      stdout: pipe,
      stderr: 'inherit',
    });
    try {
      const send = (command: unknown) => {
        child.stdin.write(`${JSON.stringify(command)}\n`);
        child.stdin.flush();
      };
      const prompt = `burst n=${MESSAGES} size=${MESSAGE_CHARS}`;
      send({ type: 'query', sessionId: 's', promptId: 'p', prompt, options: { cwd: dir } });
      await untilBlocked(child.pid);
      expect(usage(child.pid).rssMb).toBeLessThan(MAX_RSS_MB);
      send({ type: 'ping', nonce: 'while blocked' });
      let next = 1;
      let pongBefore = 0;
      for (const line of linesOf(reader)) {
        if (line.type === 'pong') pongBefore = next;
        if (line.type === 'turn_ended') break;
        if (line.type !== 'agent_event') continue;
        const { text } = line.event as { text?: string };
        if (text !== undefined && Number.parseInt(text, 10) !== next++) throw new Error(`${next - 1} is not ${text}`);
      }
      expect(next - 1).toBe(MESSAGES);
      expect(pongBefore).toBeGreaterThan(0);
      expect(pongBefore).toBeLessThan(MESSAGES / 10);
    } finally {
      child.kill('SIGKILL');
      closeSync(pipe);
      closeSync(reader);
      rmSync(dir, { recursive: true, force: true });
    }
  },
  60_000,
);

/** Reads as fast as it is asked, and no byte sooner. */
function* linesOf(fd: number): Iterable<FromRunner> {
  const splitter = new LineSplitter();
  const chunk = new Uint8Array(65_536);
  for (;;) {
    const count = readSync(fd, chunk);
    for (const line of splitter.push(chunk.subarray(0, count))) yield FromRunner.parse(JSON.parse(String(line)));
  }
}
