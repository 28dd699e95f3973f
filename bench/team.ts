import { join, resolve } from 'node:path';
import { type LoadSize, runLoad } from '@agor/e2e/load';
import { World } from '@agor/e2e/world';
import { atLeast, atMost, median, type Row } from './row.ts';

const REPO = resolve(import.meta.dir, '..');
const ALONE_RUNS = 15;
const CROWD = 12;
const CROWDS = 5;
/** `e2e/team/load.test.ts` runs a smaller one. */
const FULL: LoadSize = { clients: 20, sends: 10_000, updates: 2_000, commands: 200 };

/**
 * btmsg and bttask: one command alone, twelve at once, the MCP server's start, and 20 client processes that send and move tasks over one
 * connection each, with 200 commands in between; then whether each of it stands in the database once. The recipient's provider is switched
 * off, so that its messages wait: what agents do with them is not measured.
 */
export async function run(): Promise<Row[]> {
  await using world = new World({ name: 'bench-team' });
  await world.serve();
  await world.agor('config', 'set', 'providers.demo', '{"enabled":false}');
  await world.agor('project', 'add', world.folder('web'), '--name', 'web');
  const [web] = JSON.parse((await world.agor('project', 'ls', '--json')).stdout) as { id: string; groupId: string }[];
  if (!web) throw new Error('the project was not added');
  await world.agor('project', 'set', web.id, 'provider', '"demo"');

  const command = () => timed(world.env, 'unread');
  await command();
  const alone: number[] = [];
  for (let n = 0; n < ALONE_RUNS; n++) alone.push(await command());
  const slowest: number[] = [];
  for (let n = 0; n < CROWDS; n++)
    slowest.push(Math.max(...(await Promise.all(Array.from({ length: CROWD }, command)))));
  const mcp: number[] = [];
  for (let n = 0; n < ALONE_RUNS; n++) mcp.push(await mcpReady(world.env));

  const { seconds, told, wrong } = await runLoad(world, FULL, { to: web.id, groupId: web.groupId });
  for (const words of wrong.slice(0, 10)) process.stderr.write(`${words}\n`);
  const over = told.length - FULL.commands;
  const conflicts = told.filter(({ did }) => did === 'conflict').length;
  return [
    atMost('btmsg, one command alone', median(alone), 60, 'ms'),
    atMost(`… the slowest of ${CROWD} at once, median of ${CROWDS}`, median(slowest), 150, 'ms'),
    { name: 'agor mcp, until its tools are listed', value: median(mcp), unit: 'ms' },
    atLeast(
      `operations over ${FULL.clients} connections, ${FULL.commands} commands in between`,
      over / seconds,
      500,
      '/s',
    ),
    atMost('… of them lost, doubled or refused', wrong.length, 0, ''),
    { name: '… too late for their version, and told so', value: conflicts, unit: '' },
  ];
}

async function timed(env: Record<string, string>, ...args: string[]): Promise<number> {
  const began = performance.now();
  const child = Bun.spawn([join(REPO, 'bin', 'btmsg'), ...args], { env, stdout: 'ignore', stderr: 'inherit' });
  if ((await child.exited) !== 0) throw new Error('btmsg failed');
  return performance.now() - began;
}

/** What an agent does first with an MCP server. */
const FIRST_LINES = [
  {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bench', version: '0' } },
  },
  { jsonrpc: '2.0', method: 'notifications/initialized' },
  { jsonrpc: '2.0', id: 2, method: 'tools/list' },
];

async function mcpReady(env: Record<string, string>): Promise<number> {
  const began = performance.now();
  const child = Bun.spawn([join(REPO, 'bin', 'agor'), 'mcp'], {
    env,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  child.stdin.write(FIRST_LINES.map((line) => `${JSON.stringify(line)}\n`).join(''));
  child.stdin.flush();
  let heard = '';
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    heard += decoder.decode(chunk, { stream: true });
    if (heard.includes('"id":2')) break;
  }
  const ms = performance.now() - began;
  child.stdin.end();
  await child.exited;
  if (!heard.includes('send_message')) throw new Error(`agor mcp lists no tools: ${heard.slice(0, 500)}`);
  return ms;
}
