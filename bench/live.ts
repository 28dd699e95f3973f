import { FromRunner, newId, RunOptions, SessionId } from '@agor/protocol';
import { LineSplitter, programCommand } from '@agor/runtime';
import { built } from './built.ts';
import { pssMb, rssMb } from './process.ts';
import { atMost, type Row } from './row.ts';
import { PLACES, type Place } from './vendors.ts';

/** Runners give memory back when they have rested for a few seconds. */
const SETTLE_MS = 6_000;
const BARS: Readonly<Record<string, number>> = { claude: 70 };
const BAR = 45;

/** The runners with a live agent that waits for a prompt: their own memory, without their vendor's process. */
export async function run(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [provider, start] of Object.entries(PLACES)) {
    const starting = start();
    if (!starting) process.stderr.write(`  ${provider} is not installed: not measured\n`);
    else rows.push(...(await rowsOf(provider, await starting)));
  }
  return rows;
}

async function rowsOf(provider: string, ready: Place): Promise<Row[]> {
  await using place = ready;
  const sessionId = newId(SessionId);
  const family = provider.split(':', 1)[0] ?? provider;
  const child = Bun.spawn(programCommand(`runner-${family}`, built()), {
    cwd: place.options.cwd,
    env: place.env,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'ignore',
  });
  child.stdin.write(`${JSON.stringify({ type: 'open', sessionId, options: RunOptions.parse(place.options) })}\n`);
  child.stdin.flush();
  await opened(provider, child.stdout);
  await Bun.sleep(SETTLE_MS);
  const figures = { rss: rssMb(child.pid), pss: pssMb(child.pid) };
  await child.stdin.end();
  await child.exited;
  return [
    atMost(`runner (${provider}) with its agent: RSS at rest`, figures.rss, BARS[provider] ?? BAR, 'MB'),
    { name: '… PSS', value: figures.pss, unit: 'MB' },
  ];
}

async function opened(provider: string, stdout: ReadableStream<Uint8Array>): Promise<void> {
  const splitter = new LineSplitter();
  const reader = stdout.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`runner-${provider} ended before its agent was there`);
    for (const line of splitter.push(value)) {
      const said = FromRunner.parse(JSON.parse(String(line)));
      if (said.type === 'agent_error') throw new Error(`runner-${provider}: ${said.message}`);
      if (said.type !== 'opened') continue;
      void (async () => {
        while (!(await reader.read()).done); // what it says from here on is not looked at
      })();
      return;
    }
  }
}
