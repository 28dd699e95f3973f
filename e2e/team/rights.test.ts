import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import { btmsgOperations, bttaskOperations, TEAM_TOOLS, TeamAnswer } from '@agor/protocol';
import { until } from '@agor/runtime/testing';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { allowedBy, type Relation, type Subject, table } from './rights-table.ts';
import { type Member, TeamWorld } from './team-world.ts';

const REPO = join(import.meta.dir, '..', '..');
const LIMIT_MS = 300_000;

/** Who asks: an agent of the group "crew" for each role, and whose rights it has. */
const actors = {
  chief: 'manager',
  plans: 'architect',
  tests: 'tester',
  judge: 'reviewer',
  web: 'project',
  // Roles that the person made up: one that names the rights it has, one that nobody described.
  scribe: 'architect',
  guest: 'project',
} as const;
type ActorId = keyof typeof actors;
const members: readonly Member[] = [
  { id: 'chief', name: 'Chief', role: 'manager' },
  { id: 'plans', name: 'Plans', role: 'architect' },
  { id: 'tests', name: 'Tests', role: 'tester' },
  { id: 'judge', name: 'Judge', role: 'reviewer' },
  { id: 'scribe', name: 'Scribe', role: 'writer' },
  { id: 'guest', name: 'Guest', role: 'unheard-of' },
  { id: 'web', name: 'Web' },
  { id: 'mate', name: 'Mate' },
  { id: 'boss', name: 'Boss', role: 'manager', group: 'other' },
  { id: 'far', name: 'Far', group: 'other' },
];
const roles = [{ id: 'writer', label: 'Technical writer', rights: 'architect' }];

/** What a session's agent has in its environment, by which it asks as itself. */
interface Identity {
  readonly AGOR_SOCKET: string;
  readonly AGOR_TOKEN: string;
}

let world: TeamWorld;
const identities = new Map<string, Identity>();
const servers = new Map<string, Client>();

beforeAll(async () => {
  world = new TeamWorld({ name: 'team-rights' }, members, roles);
  await world.serve();
  for (const id of Object.keys(actors)) {
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

function identityOf(id: string): Identity {
  const identity = identities.get(id);
  if (!identity) throw new Error(`${id} has no session`);
  return identity;
}

/** Asks the hub itself: as an agent through its machine's socket, or as the operator (null). */
async function post(identity: Identity | null, operation: string, input: unknown): Promise<TeamAnswer> {
  const body = JSON.stringify({ id: crypto.randomUUID(), operation, input });
  const { url, token } = world.serving.info;
  const headers = { authorization: `Bearer ${identity?.AGOR_TOKEN ?? token}` };
  const response = identity
    ? await fetch('http://agor/team', { unix: identity.AGOR_SOCKET, method: 'POST', headers, body })
    : await fetch(`${url}/team`, { method: 'POST', headers, body });
  return TeamAnswer.parse(await response.json());
}

/** Each of the three ways tells `done`, or the code of the refusal. */
async function byHub(identity: Identity | null, operation: string, input: unknown): Promise<string> {
  const answer = await post(identity, operation, input);
  return answer.state === 'failed' ? answer.code : answer.state;
}

async function byCommand(identity: Identity | null, command: readonly string[]): Promise<string> {
  const [name = '', ...args] = command;
  const child = Bun.spawn([join(REPO, 'bin', name), '--json', ...args], {
    env: { ...world.env, ...identity },
    stdout: 'ignore',
    stderr: 'pipe',
  });
  const stderr = await new Response(child.stderr).text();
  return (await child.exited) === 0 ? 'done' : (JSON.parse(stderr) as { code: string }).code;
}

async function byTool(agent: string, tool: string, input: Record<string, unknown>): Promise<string> {
  const result = await servers.get(agent)?.callTool({ name: tool, arguments: input });
  const [content] = (result?.content ?? []) as { text: string }[];
  return result?.isError ? (content?.text.split(':')[0] ?? '') : 'done';
}

async function made<T>(operation: string, input: unknown): Promise<T> {
  const answer = await post(null, operation, input);
  if (answer.state !== 'done') throw new Error(`${operation}: ${JSON.stringify(answer)}`);
  return answer.result as T;
}

async function wakeOf(agent: string): Promise<string> {
  const condition = { kind: 'cron', expression: '0 0 1 1 *' };
  return (await made<{ id: string }>('btmsg.wakeAdd', { agent, condition })).id;
}

let count = 0;
/** Something to ask about: the actor's own, somebody else's in its group, or of another group. Made anew for each way of asking. */
async function subjectFor(actor: string, relation: Relation, operation: string): Promise<Subject> {
  const agent = { own: actor, group: 'mate', foreign: 'far' }[relation];
  const groupId = relation === 'foreign' ? 'other' : 'crew';
  const [message, task, channel, wake] = await Promise.all([
    messageTo(agent),
    made<{ id: string }>('bttask.add', { title: 'a task', groupId, ...(agent !== 'admin' && { assign: agent }) }),
    channelOf(agent, groupId),
    operation === 'btmsg.wakeRemove' ? wakeOf(agent === 'admin' ? 'web' : agent) : '',
  ]);
  const contact = { own: actor === 'chief' || actor === 'admin' ? 'web' : 'chief', group: 'mate', foreign: 'far' };
  return {
    message,
    task: task.id,
    channel,
    wake,
    name: `new-${++count}`,
    groupId,
    contact: contact[relation],
    other: relation === 'foreign' ? 'boss' : 'mate',
  };
}

const channels = new Map<string, Promise<string>>();
/** A channel with this agent in it. */
function channelOf(agent: string, groupId: string): Promise<string> {
  const known = channels.get(agent);
  if (known) return known;
  const channel = made<{ id: string }>('btmsg.channelCreate', { name: `of-${agent}`, groupId }).then(async ({ id }) => {
    if (agent !== 'admin') await made('btmsg.channelAdd', { channel: id, agent });
    return id;
  });
  channels.set(agent, channel);
  return channel;
}

const messages = new Map<string, Promise<string>>();
/** One message serves all questions about it: each reaches its agent as a prompt. */
function messageTo(agent: string): Promise<string> {
  const known = messages.get(agent);
  if (known) return known;
  const to = agent === 'admin' ? 'chief' : agent;
  const message = made<{ id: string }>('btmsg.send', { to, content: `for ${agent}` }).then(({ id }) => id);
  messages.set(agent, message);
  return message;
}

test('the table knows every operation and every tool', () => {
  const all = [
    ...Object.keys(btmsgOperations).map((name) => `btmsg.${name}`),
    ...Object.keys(bttaskOperations).map((name) => `bttask.${name}`),
  ];
  expect(table.map(({ operation }) => operation).toSorted()).toEqual(all.toSorted());
  const tools = table.flatMap(({ tool }) => (tool === null ? [] : [tool]));
  expect(tools.toSorted()).toEqual([...TEAM_TOOLS].toSorted());
});

async function answersOf(actor: string, row: (typeof table)[number], relation: Relation): Promise<string[]> {
  const identity = actor === 'admin' ? null : identityOf(actor);
  const [one, two, three] = await Promise.all([1, 2, 3].map(() => subjectFor(actor, relation, row.operation)));
  if (!one || !two || !three) throw new Error('three were made');
  return await Promise.all([
    byHub(identity, row.operation, row.input(one)),
    byCommand(identity, row.command(two)),
    ...(row.tool !== null && identity ? [byTool(actor, row.tool, row.input(three))] : []),
  ]);
}

// The operator last: it clears away what the others ask about.
for (const actor of [...(Object.keys(actors) as ActorId[]), 'admin'] as const) {
  test(
    `${actor === 'admin' ? 'the operator' : `${actor}, with the rights "${actors[actor]}",`} gets the same answers by the command, as a tool and from the hub, in its group and in another`,
    async () => {
      const wrong: string[] = [];
      for (const row of table) {
        for (const relation of row.relations) {
          const answers = await answersOf(actor, row, relation);
          const may = actor === 'admin' || allowedBy(row, actors[actor], relation);
          const fits = answers.every((code) => (may ? code === 'done' : code === 'forbidden' || code === 'notFound'));
          if (!fits || new Set(answers).size > 1)
            wrong.push(`${row.operation} (${relation}): ${answers.join(', ')}, to be ${may ? 'done' : 'refused'}`);
        }
      }
      expect(wrong).toEqual([]);
    },
    LIMIT_MS,
  );
}

test('the MCP server lists its tools, and a refusal is an answer that the model can read', async () => {
  const web = servers.get('web');
  const { tools } = (await web?.listTools()) ?? { tools: [] };
  expect(tools.map(({ name }) => name).toSorted()).toEqual([...TEAM_TOOLS].toSorted());
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

test("a session's token is for its agent alone: what it says of itself changes nothing", async () => {
  const identity = identityOf('web');
  const lie = { from: 'chief', role: 'manager', sessionId: await world.sessionOf('chief'), groupId: 'crew' };
  expect(await post(identity, 'btmsg.whoami', lie)).toMatchObject({ result: { id: 'web', role: 'project' } });
  expect(await byHub(identity, 'bttask.add', { title: 'x', ...lie })).toBe('forbidden');
  // The hub's own door opens to nobody but the person.
  const { url } = world.serving.info;
  const call = { id: crypto.randomUUID(), operation: 'btmsg.whoami', input: {} };
  for (const path of ['/team', '/rpc']) {
    const headers = { authorization: `Bearer ${identity.AGOR_TOKEN}` };
    expect((await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(call) })).status).toBe(401);
  }
});

test(
  'a forged token, one whose agent was stopped, and one of before a restart get nothing, by each way',
  async () => {
    const ended = { ...identityOf('guest') };
    await world.agor('stop', await world.sessionOf('guest'));
    await until('its token has ended with it', async () => (await byHub(ended, 'btmsg.whoami', {})) === 'unauthorized');
    const restarted = { ...identityOf('scribe') };
    const session = await world.sessionOf('scribe');
    await world.agor('stop', session);
    await world.agor('send', session, 'run echo "token=$AGOR_TOKEN"');
    await until('it has another token', async () => (await world.printed(session)).split('token=').length > 2);
    const socket = restarted.AGOR_SOCKET;
    for (const AGOR_TOKEN of ['f'.repeat(64), 'x', ended.AGOR_TOKEN, restarted.AGOR_TOKEN]) {
      const identity = { AGOR_SOCKET: socket, AGOR_TOKEN };
      for (const { operation, input, command } of table) {
        const nothing = {
          message: 'aaaa',
          task: 'aaaa',
          channel: 'aaaa',
          wake: 'none',
          name: 'x',
          groupId: 'crew',
          contact: 'chief',
          other: 'web',
        };
        expect(await byHub(identity, operation, input(nothing))).toBe('unauthorized');
        if (operation === 'btmsg.send' || operation === 'bttask.list')
          expect(await byCommand(identity, command(nothing))).toBe('unauthorized');
      }
      const server = await mcpOf(identity);
      const refused = await server.callTool({ name: 'read_inbox', arguments: {} });
      expect(JSON.stringify(refused.content)).toContain('unauthorized');
      await server.close();
    }
  },
  LIMIT_MS,
);
