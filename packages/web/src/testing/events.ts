import {
  type AgentMessage,
  AskId,
  BlockId,
  ProjectId,
  PromptId,
  ProviderId,
  type SessionEvent,
  type SessionEventBody,
  TurnId,
} from '@agor/protocol';

/** A random source that a seed repeats (mulberry32), for tests that print their seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Bodies with their places in a log, a second apart. */
export function placed(bodies: readonly SessionEventBody[], from = 1): SessionEvent[] {
  return bodies.map((body, index) => ({ ...body, seq: from + index, at: (from + index) * 1000 }));
}

export const created: SessionEventBody = {
  kind: 'sessionCreated',
  projectId: ProjectId.parse('p1'),
  provider: ProviderId.parse('demo'),
  cwd: '/work',
  title: '',
  model: 'script',
  permissionMode: 'default',
};

type Content<Type extends AgentMessage['type']> = Extract<AgentMessage, { type: Type }>['content'];

/** An agent's message as an event. */
export function said<Type extends AgentMessage['type']>(
  type: Type,
  content: Content<Type>,
  more: { id?: string; parentId?: string; blockId?: string } = {},
): SessionEventBody {
  const { id = 'm', parentId, blockId } = more;
  const message = { id, type, content, timestamp: 0, ...(parentId ? { parentId } : {}) } as AgentMessage;
  return { kind: 'message', message: blockId ? { ...message, blockId: BlockId.parse(blockId) } : message };
}

export function prompted(id: string, text: string): SessionEventBody[] {
  const promptId = PromptId.parse(id);
  return [
    { kind: 'promptQueued', prompt: { id: promptId, text, images: [], source: 'web' } },
    { kind: 'promptSent', promptId },
    { kind: 'turnStarted', turnId: TurnId.parse(`turn-${id}`), promptId },
  ];
}

export function called(toolUseId: string, name = 'Bash', title = 'ls', parentId?: string): SessionEventBody {
  const kind = name === 'Agent' ? 'agent' : 'execute';
  return said('tool_call', { toolUseId, name, kind, title, input: { command: title } }, { parentId });
}

export function returned(toolUseId: string, output = 'done', parentId?: string): SessionEventBody {
  return said('tool_result', { toolUseId, output, isError: false, exitCode: 0, durationMs: 120 }, { parentId });
}

/** A log of `count` events with everything in it that can happen, the same for a seed. */
export function randomLog(seed: number, count: number): SessionEvent[] {
  const random = seeded(seed);
  const bodies: SessionEventBody[] = [created];
  const tools: { id: string; parentId?: string }[] = [];
  const agents: string[] = [];
  const asks: string[] = [];
  const prompts: string[] = [];
  let ids = 0;
  const fresh = (prefix: string) => `${prefix}${++ids}`;
  const some = <T>(from: T[]) => from[Math.floor(random() * from.length)];
  const parent = () => (random() < 0.3 ? some(agents.slice(-3)) : undefined);
  const makers: (() => SessionEventBody[])[] = [
    () => [said('text', { text: 'word '.repeat(1 + random() * 20) }, { parentId: parent(), blockId: fresh('b') })],
    () => [said('thinking', { text: 'hm' }, { parentId: parent() })],
    () => {
      const tool = { id: fresh('t'), parentId: parent() };
      tools.push(tool);
      return [called(tool.id, 'Bash', 'ls', tool.parentId)];
    },
    () => {
      const tool = tools.shift();
      return tool ? [returned(tool.id, 'out', tool.parentId)] : [];
    },
    () => {
      const id = fresh('t');
      agents.push(id);
      const parentId = parent();
      return [
        called(id, 'Agent', 'look', parentId),
        said('subagent', { toolUseId: id, state: 'started', description: 'look' }, { parentId }),
      ];
    },
    () => {
      const id = agents.shift();
      return id ? [said('subagent', { toolUseId: id, state: 'done', toolUses: 3 }), returned(id)] : [];
    },
    () => [said('status', { subtype: 'hook', message: 'ran' }, { parentId: parent() })],
    () => [said('plan', { entries: [{ content: 'a', status: 'pending' }] })],
    () => [said('unknown', { raw: { type: 'hologram' } })],
    () => {
      const id = fresh('p');
      prompts.push(id);
      return [{ kind: 'promptQueued', prompt: { id: PromptId.parse(id), text: id, images: [], source: 'web' } }];
    },
    () => {
      const id = prompts.shift();
      return id ? [{ kind: 'promptSent', promptId: PromptId.parse(id) }] : [];
    },
    () => {
      const id = fresh('a');
      asks.push(id);
      return [
        {
          kind: 'askOpened',
          ask: { id: AskId.parse(id), kind: 'permission', toolName: 'Bash', title: 'Run', input: {} },
        },
      ];
    },
    () => {
      const id = asks.shift();
      return id ? [{ kind: 'askWithdrawn', askId: AskId.parse(id) }] : [];
    },
    () => [{ kind: 'retrying', until: 0, attempt: 1, class: 'overloaded' }],
    () => [{ kind: 'turnEnded', turnId: TurnId.parse('turn'), outcome: random() < 0.5 ? 'done' : 'interrupted' }],
    () => [{ kind: 'notice', level: 'info', code: 'x', message: 'note' }],
  ];
  while (bodies.length < count) bodies.push(...(some(makers)?.() ?? []));
  return placed(bodies.slice(0, count));
}
