import { type Answer, PromptId, RunOptions, SessionId, TurnId } from '@agor/protocol';
import { ManualClock } from '@agor/runtime/testing';
import type { AgentContext, NewAsk } from '../../runner/index.ts';
import { OllamaConfig } from '../config.ts';
import type { LoopEvent } from '../events.ts';
import type { ChatPart, ChatRequest, ModelFacts, ModelServer } from '../server/index.ts';
import { Session } from './session.ts';
import { Turn } from './turn.ts';

type Told = Parameters<AgentContext['info']>[0];
type Retry = Parameters<AgentContext['retrying']>[0];

/** What a loop tells the framework, kept in order. */
export class RecordedContext implements AgentContext {
  traceparent: string | undefined;
  readonly sessionId = SessionId.parse('s1');
  readonly events: LoopEvent[] = [];
  readonly infos: Told[] = [];
  readonly retries: Retry[] = [];
  readonly asks: NewAsk[] = [];
  readonly logs: string[] = [];
  /** How asks are answered. */
  answer: (ask: NewAsk) => Answer = () => ({ kind: 'permission', decision: 'allow' });
  onRetry: () => void = () => {};
  turn: TurnId | null = null;

  accepted(): void {}
  startTurn(): TurnId {
    this.turn = TurnId.parse('t1');
    return this.turn;
  }
  endTurn(): void {
    this.turn = null;
  }
  async event(raw: unknown): Promise<void> {
    this.events.push(raw as LoopEvent);
  }
  async delta(): Promise<void> {}
  async ask(ask: NewAsk): Promise<Answer> {
    this.asks.push(ask);
    return this.answer(ask);
  }
  allowedOnce(): unknown {
    return null;
  }
  info(info: Told): void {
    this.infos.push(info);
  }
  retrying(retry: Retry): void {
    this.retries.push(retry);
    this.onRetry();
  }
  limited(): void {}
  log(message: string): void {
    this.logs.push(message);
  }
  exited(): void {}
  fail(error: unknown): void {
    throw error;
  }
  async flushed(): Promise<void> {}
  async rawLine(): Promise<void> {}

  of<Type extends LoopEvent['type']>(type: Type): Extract<LoopEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<LoopEvent, { type: Type }> => event.type === type);
  }
}

type Reply = readonly ChatPart[] | Error;

/** A model server that answers as a test tells it, call by call; the last answer is given again. */
export class ScriptedServer implements ModelServer {
  readonly name = 'Ollama at http://test';
  readonly isOwn = true;
  readonly requests: ChatRequest[] = [];

  constructor(
    private readonly replies: readonly (Reply | ((request: ChatRequest) => Reply))[],
    private readonly known: Partial<ModelFacts> = {},
  ) {}

  async version(): Promise<string> {
    return '1';
  }
  async models() {
    return [{ id: 'scripted', label: 'scripted' }];
  }
  async facts(): Promise<ModelFacts> {
    return { tools: true, vision: false, thinking: 'none', contextWindow: 32_768, ...this.known };
  }
  async *chat(request: ChatRequest): AsyncGenerator<ChatPart> {
    const scripted = this.replies[Math.min(this.requests.length, this.replies.length - 1)] ?? [];
    this.requests.push(request);
    const reply = typeof scripted === 'function' ? scripted(request) : scripted;
    if (reply instanceof Error) throw reply;
    for (const part of reply) {
      request.signal.throwIfAborted();
      yield part;
    }
  }
}

export const said = (text: string, end: Partial<Extract<ChatPart, { type: 'end' }>> = {}): ChatPart[] => [
  { type: 'text', text },
  { type: 'end', reason: 'stop', ...end },
];
export const called = (name: string, input: unknown): ChatPart[] => [
  { type: 'call', name, input },
  { type: 'end', reason: 'stop' },
];

/** A session in a folder, with a scripted server and a clock that stands still. */
export async function testSession(server: ModelServer, cwd: string, given: Partial<RunOptions> = {}) {
  const ctx = new RecordedContext();
  const clock = new ManualClock();
  const options = RunOptions.parse({ cwd, model: 'scripted', permissionMode: 'bypassPermissions', ...given });
  const session = new Session(ctx, options, OllamaConfig.parse(options.providerConfig), server, clock);
  await session.learnModel(new AbortController().signal);
  const prompt = async (text: string, turn = new Turn(session, PromptId.parse('p1'))) => {
    await turn.run({ text, images: [] });
    return turn;
  };
  return { ctx, clock, session, prompt };
}
