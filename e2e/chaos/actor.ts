import {
  type Answer,
  type Ask,
  CommandId,
  newId,
  PromptId,
  ProviderId,
  type SessionEvent,
  type SessionId,
} from '@agor/protocol';
import type { Random } from '../world/random.ts';
import type { World } from '../world/world.ts';
import { persist } from './persist.ts';

/** What the hub promised: the oracle holds it to this. */
export interface Promised {
  readonly prompts: { id: PromptId; text: string }[];
  readonly answers: { askId: string; answer: Answer; by: string }[];
}

/** One person at one session: gives prompts, sometimes ahead of the agent, and answers what it asks. */
export class Actor {
  readonly promised: Promised = { prompts: [], answers: [] };
  /** Asks that an answer is being given to; each is answered once, sometimes by two clients at the same time. */
  readonly #answered = new Set<string>();
  readonly #underway = new Set<Promise<void>>();
  sessionId: SessionId | null = null;
  #count = 0;

  constructor(
    private readonly world: World,
    private readonly random: Random,
    readonly name: string,
  ) {}

  /** The first prompt makes the session. */
  async begin(): Promise<SessionId> {
    await this.#give('say hello', undefined);
    if (!this.sessionId) throw new Error('the session was not made');
    return this.sessionId;
  }

  async prompt(): Promise<void> {
    await this.#give(this.#nextText(), this.sessionId ?? undefined);
    if (this.random.chance(0.15)) await this.#control();
  }

  /** Answers asks as they come by on the stream; runs beside everything else. */
  see(event: SessionEvent): void {
    if (event.kind !== 'askOpened' || this.#answered.has(event.ask.id)) return;
    this.#answered.add(event.ask.id);
    const clients = this.random.chance(0.25) ? ['first', 'second'] : ['only'];
    for (const by of clients) this.#keep(this.#answer(event.ask, by));
  }

  /** Resolves when no answer is under way. */
  async drained(): Promise<void> {
    while (this.#underway.size > 0) await Promise.all(this.#underway);
  }

  async settle(): Promise<void> {
    await this.#give('say settled', this.sessionId ?? undefined);
  }

  /** Interrupts, stops or restarts the agent, as an impatient person does. */
  async #control(): Promise<void> {
    const { sessionId } = this;
    if (!sessionId) return;
    const commandId = newId(CommandId);
    const what = this.random.pick(['interrupt', 'stop', 'restart'] as const);
    await persist(this.world.paths, ({ client }) => client.agent[what]({ commandId, sessionId }));
  }

  #keep(work: Promise<void>): void {
    this.#underway.add(work);
    work.finally(() => this.#underway.delete(work));
  }

  async #give(text: string, sessionId: SessionId | undefined): Promise<void> {
    const id = newId(PromptId);
    const commandId = newId(CommandId);
    const place = sessionId
      ? { sessionId }
      : { cwd: this.world.folder(`work-${this.name}`), provider: ProviderId.parse('demo') };
    const done = await persist(this.world.paths, ({ client }) =>
      client.agent.query({ commandId, ...place, prompt: { id, text, images: [], source: 'cli' } }),
    );
    if ('refused' in done) throw new Error(`the prompt ${JSON.stringify(text)} was refused: ${done.refused}`);
    this.sessionId ??= done.answer.sessionId;
    this.promised.prompts.push({ id, text });
  }

  async #answer(ask: Ask, by: string): Promise<void> {
    const answer = this.#answerTo(ask);
    const commandId = newId(CommandId);
    const done = await persist(this.world.paths, ({ client }) =>
      client.agent.answer({ commandId, askId: ask.id, answer, by }),
    );
    if ('answer' in done) this.promised.answers.push({ askId: ask.id, answer, by });
  }

  #answerTo(ask: Ask): Answer {
    if (ask.kind === 'question') {
      return {
        kind: 'question',
        answers: Object.fromEntries(ask.questions.map((q) => [q.question, q.options[0]?.label ?? 'yes'])),
      };
    }
    if (ask.kind === 'plan') return { kind: 'plan', decision: this.random.chance(0.7) ? 'approve' : 'reject' };
    return { kind: 'permission', decision: this.random.chance(0.8) ? 'allow' : 'deny' };
  }

  #nextText(): string {
    const { random } = this;
    this.#count += 1;
    const n = this.#count;
    const seed = random.between(1, 1_000_000);
    return random.pick<() => string>([
      () => `say word-${n}`,
      () => `stream seed=${seed} n=${random.between(20, 300)} pace=1`,
      () => `burst n=${random.between(20, 600)} seed=${seed}`,
      () => `burst n=${random.between(20, 200)} size=400 seed=${seed}`,
      () => `write file-${n}.txt content-${n}`,
      () => `run printf x >> ran-${n}.txt`,
      () => 'question',
      () => 'plan',
      () => 'think pace=1',
      () => `tools n=${random.between(2, 5)} seed=${seed}`,
      () => 'subagent delay=20',
      () => `big n=${random.between(1_000, 300_000)}`,
      () => 'orphan 600',
      () => `slow pace=5 n=${random.between(5, 60)}`,
    ])();
  }
}
