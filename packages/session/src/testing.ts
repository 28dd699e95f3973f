import {
  type AgentMessage,
  type Ask,
  AskId,
  BlockId,
  ProjectId,
  type Prompt,
  PromptId,
  ProviderId,
  type SessionEvent,
  type SessionEventBody,
  SessionId,
  type SessionState,
  TurnId,
} from '@agor/protocol';
import { foldAll } from './fold.ts';

/** Builders for tests of the fold and of whatever stands on it. Ids are short and readable. */
export const SESSION = SessionId.parse('s1');
export const turn = (name: string) => TurnId.parse(name);
export const ask = (name: string) => AskId.parse(name);
export const block = (name: string) => BlockId.parse(name);
export const promptId = (name: string) => PromptId.parse(name);

export function prompt(id: string, text = id): Prompt {
  return { id: promptId(id), text, images: [], source: 'web' };
}

export const created: SessionEventBody = {
  kind: 'sessionCreated',
  projectId: ProjectId.parse('p1'),
  provider: ProviderId.parse('demo'),
  cwd: '/work',
  title: 'New session',
  permissionMode: 'default',
};

export function permissionAsk(id: string): Ask {
  return { id: ask(id), kind: 'permission', toolName: 'Write', title: 'Write a.txt', input: { path: 'a.txt' } };
}

export function text(id: string, words: string, blockId?: string): SessionEventBody {
  const message: AgentMessage = {
    id,
    type: 'text',
    content: { text: words },
    timestamp: 0,
    ...(blockId ? { blockId: block(blockId) } : {}),
  };
  return { kind: 'message', message };
}

/** Gives bodies their places in a log: seq from `from`, one millisecond apart. */
export function place(bodies: readonly SessionEventBody[], from = 1): SessionEvent[] {
  return bodies.map((body, index) => ({ ...body, seq: from + index, at: 1_000 + from + index }));
}

/** The state after `created` and these. */
export function stateOf(...bodies: SessionEventBody[]): SessionState {
  const state = foldAll(SESSION, undefined, place([created, ...bodies]));
  if (!state) throw new Error('no events');
  return state;
}
