import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import { type Task, TeamAnswer } from '@agor/protocol';
import { until } from '@agor/runtime/testing';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { type Member, TeamWorld } from './team-world.ts';

const REPO = join(import.meta.dir, '..', '..');
const LIMIT_MS = 120_000;
const crew: readonly Member[] = [
  { id: 'chief', name: 'Chief', role: 'manager' },
  { id: 'plans', name: 'Plans', role: 'architect' },
  { id: 'tests', name: 'Tests', role: 'tester' },
  { id: 'judge', name: 'Judge', role: 'reviewer' },
  { id: 'web', name: 'Web' },
];

/** What a session's agent has in its environment, by which it asks as itself. */
interface Identity {
  readonly AGOR_SOCKET: string;
  readonly AGOR_TOKEN: string;
}

let world: TeamWorld;
const identities = new Map<string, Identity>();
const servers = new Map<string, Client>();

beforeAll(async () => {
  world = new TeamWorld({ name: 'team-rights' }, crew);
  await world.serve();
  for (const { id } of crew) {
    const session = await world.begin(id, 'run echo "socket=$AGOR_SOCKET token=$AGOR_TOKEN"');
    const [, socket = '', token = ''] = /socket=(\S+) token=(\S+)/.exec(await world.printed(session)) ?? [];
    identities.set(id, { AGOR_SOCKET: socket, AGOR_TOKEN: token });
    servers.set(id, await mcpOf({ AGOR_SOCKET: socket, AGOR_TOKEN: token }));
  }
}, LIMIT_MS);
afterAll(async () => {
  for (const server of servers.values()) await server.close();
  await world[Symbol.asyncDispose]();
}, LIMIT_MS);

async function mcpOf(identity: Identity): Promise<Client> {
  const client = new Client({ name: 'test', version: '0' });
  const command = join(REPO, 'bin', 'agor');
  await client.connect(new StdioClientTransport({ command, args: ['mcp'], env: { ...world.env, ...identity } }));
  return client;
}

/** Three ways to ask for the same; each tells `done` or the code of the refusal. */
interface Sample {
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly tool: string;
  readonly command: readonly string[];
  readonly may: readonly string[];
}

async function byHub({ AGOR_SOCKET, AGOR_TOKEN }: Identity, { operation, input }: Sample): Promise<string> {
  const response = await fetch('http://agor/team', {
    unix: AGOR_SOCKET,
    method: 'POST',
    headers: { authorization: `Bearer ${AGOR_TOKEN}` },
    body: JSON.stringify({ id: crypto.randomUUID(), operation, input }),
  });
  const answer = TeamAnswer.parse(await response.json());
  return answer.state === 'failed' ? answer.code : answer.state;
}

async function byCommand(identity: Identity, { command }: Sample): Promise<string> {
  const [name = '', ...args] = command;
  const child = Bun.spawn([join(REPO, 'bin', name), '--json', ...args], {
    env: { ...world.env, ...identity },
    stdout: 'ignore',
    stderr: 'pipe',
  });
  const stderr = await new Response(child.stderr).text();
  return (await child.exited) === 0 ? 'done' : (JSON.parse(stderr) as { code: string }).code;
}

async function byMcp(agent: string, { tool, input }: Sample): Promise<string> {
  const result = await servers.get(agent)?.callTool({ name: tool, arguments: input });
  const [content] = (result?.content ?? []) as { text: string }[];
  return result?.isError ? (content?.text.split(':')[0] ?? '') : 'done';
}

async function samples(): Promise<Sample[]> {
  const [task, message] = await Promise.all([
    world.ask<Task>('bttask', 'add', 'a task', '--group', 'crew'),
    world.ask<{ id: string }>('btmsg', 'send', 'chief', 'for the chief'),
  ]);
  const id = task.id;
  return [
    {
      operation: 'btmsg.send',
      input: { to: 'tests', content: 'hello' },
      tool: 'send_message',
      command: ['btmsg', 'send', 'tests', 'hello'],
      may: ['chief', 'plans', 'judge'],
    },
    {
      operation: 'btmsg.read',
      input: { id: message.id },
      tool: 'read_message',
      command: ['btmsg', 'read', message.id],
      may: ['chief'],
    },
    {
      operation: 'btmsg.channelSend',
      input: { channel: 'review-log', content: 'approved' },
      tool: 'send_to_channel',
      command: ['btmsg', 'channel', 'send', 'review-log', 'approved'],
      may: ['chief', 'plans', 'tests', 'judge'],
    },
    {
      operation: 'bttask.add',
      input: { title: 'new' },
      tool: 'add_task',
      command: ['bttask', 'add', 'new'],
      may: ['chief', 'plans'],
    },
    {
      operation: 'bttask.assign',
      input: { id, agent: 'tests' },
      tool: 'assign_task',
      command: ['bttask', 'assign', id, 'tests'],
      may: ['chief'],
    },
    {
      operation: 'bttask.status',
      input: { id, status: 'progress' },
      tool: 'set_task_status',
      command: ['bttask', 'status', id, 'progress'],
      may: ['chief', 'plans', 'tests', 'judge'],
    },
    {
      operation: 'bttask.board',
      input: {},
      tool: 'show_board',
      command: ['bttask', 'board'],
      may: ['chief', 'plans', 'tests', 'judge'],
    },
  ];
}

test(
  'every role gets the same answers by the command, as a tool and from the hub',
  async () => {
    const wrong: string[] = [];
    for (const sample of await samples()) {
      for (const { id } of crew) {
        const identity = identities.get(id) as Identity;
        const [hub, command, tool] = await Promise.all([
          byHub(identity, sample),
          byCommand(identity, sample),
          byMcp(id, sample),
        ]);
        // A message to oneself is no question of rights.
        const may = sample.may.includes(id);
        const fits = may ? hub === 'done' : ['forbidden', 'notFound', 'invalid'].includes(hub);
        if (!fits || command !== hub || tool !== hub)
          wrong.push(`${id} ${sample.operation}: hub ${hub}, command ${command}, tool ${tool}`);
      }
    }
    expect(wrong).toEqual([]);
  },
  LIMIT_MS,
);

test('the MCP server lists its tools, and a refusal is an answer that the model can read', async () => {
  const web = servers.get('web');
  const { tools } = (await web?.listTools()) ?? { tools: [] };
  expect(tools.map(({ name }) => name)).toContain('send_message');
  for (const { description, inputSchema } of tools) {
    expect(description).not.toBe('');
    expect(inputSchema.type).toBe('object');
  }
  const refused = await web?.callTool({ name: 'send_message', arguments: { to: 'judge', content: 'hello' } });
  expect(refused).toMatchObject({ isError: true });
  expect(JSON.stringify(refused?.content)).toContain('forbidden: Not allowed to message');
  const bad = await web?.callTool({ name: 'send_message', arguments: { to: 'chief' } });
  expect(bad).toMatchObject({ isError: true });
});

test('a forged token, and one whose agent was stopped, get nothing', async () => {
  const identity = identities.get('web') as Identity;
  const [sample] = await samples();
  if (!sample) throw new Error('there is a sample');
  expect(await byHub({ ...identity, AGOR_TOKEN: 'f'.repeat(64) }, sample)).toBe('unauthorized');
  expect(await byCommand({ ...identity, AGOR_TOKEN: 'f'.repeat(64) }, sample)).toBe('unauthorized');
  await world.agor('stop', await world.sessionOf('web'));
  await until('its token has ended with it', async () => (await byHub(identity, sample)) === 'unauthorized');
  expect(await byCommand(identity, sample)).toBe('unauthorized');
});
