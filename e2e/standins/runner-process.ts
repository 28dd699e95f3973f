import {
  type Answer,
  type Ask,
  FromRunner,
  newId,
  PromptId,
  RunOptions,
  SessionId,
  type ToRunner,
} from '@agor/protocol';
import { adapterFor } from '@agor/providers';
import { LineSplitter, processesWithEnv, programCommand } from '@agor/runtime';

/** The folders and the environment of a vendor's program in a test. */
export interface RunnerPlace {
  /** The runner's program is `runner-<provider>`; also whose adapter reads its events. */
  readonly provider: string;
  readonly work: string;
  readonly env: Readonly<Record<string, string>>;
}

type Line = FromRunner;
export type LineOf<Type extends Line['type']> = Extract<Line, { type: Type }>;
const SEEN_LIMIT_MS = 30_000;

/** The runner as a child process, spoken to as the machine does: NDJSON over stdio. */
export class RunnerProcess implements AsyncDisposable {
  readonly lines: Line[] = [];
  readonly sessionId = newId(SessionId);
  stderr = '';
  readonly #watchers = new Set<() => void>();
  readonly #process;
  readonly #done: Promise<void>;
  #ended = false;

  constructor(
    private readonly place: RunnerPlace,
    private readonly options: Partial<RunOptions>,
  ) {
    this.#process = Bun.spawn(programCommand(`runner-${place.provider}`, import.meta), {
      cwd: place.work,
      env: { ...place.env, AGOR_SESSION: this.sessionId },
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    this.#done = this.#read();
  }

  get pid(): number {
    return this.#process.pid;
  }

  get exited(): Promise<number> {
    return this.#process.exited;
  }

  say(command: ToRunner): void {
    try {
      this.#process.stdin.write(`${JSON.stringify(command)}\n`);
      this.#process.stdin.flush();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error; // it ended by itself: `exited` tells how
    }
  }

  /** Sends a prompt with the session's options and the given changes; returns its id. */
  prompt(prompt: string, changes: Partial<RunOptions> & { images?: LineImage[]; steer?: boolean } = {}): PromptId {
    const { images = [], steer = false, ...options } = changes;
    const promptId = newId(PromptId);
    const { sessionId } = this;
    this.say({ type: 'query', sessionId, promptId, prompt, images, steer, options: this.optionsWith(options) });
    return promptId;
  }

  steer(prompt: string): PromptId {
    const promptId = newId(PromptId);
    const { sessionId } = this;
    this.say({ type: 'query', sessionId, promptId, prompt, images: [], steer: true, options: this.optionsWith({}) });
    return promptId;
  }

  open(): void {
    this.say({ type: 'open', sessionId: this.sessionId, options: this.optionsWith({}) });
  }

  interrupt(): void {
    this.say({ type: 'interrupt', sessionId: this.sessionId });
  }

  answer(ask: Ask, answer: Answer): void {
    this.say({ type: 'answer', sessionId: this.sessionId, askId: ask.id, answer });
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  endInput(): void {
    this.#process.stdin.end();
  }

  /** The n-th line (from 1) of that type which fits. */
  async seen<Type extends Line['type']>(
    type: Type,
    fits: (line: LineOf<Type>) => boolean = () => true,
    n = 1,
  ): Promise<LineOf<Type>> {
    const { promise, resolve, reject } = Promise.withResolvers<LineOf<Type>>();
    let next = 0;
    let left = n;
    const look = () => {
      for (; next < this.lines.length; next++) {
        const line = this.lines[next];
        if (line?.type === type && fits(line as LineOf<Type>) && --left === 0) resolve(line as LineOf<Type>);
      }
      if (this.#ended) reject(new Error(`the runner ended without a line ${type}; ${this.#summary()}`));
    };
    const timer = setTimeout(() => reject(new Error(`no line ${type} came; ${this.#summary()}`)), SEEN_LIMIT_MS);
    this.#watchers.add(look);
    look();
    return await promise.finally(() => {
      clearTimeout(timer);
      this.#watchers.delete(look);
    });
  }

  async turnEnded(n = 1): Promise<LineOf<'turn_ended'>> {
    return await this.seen('turn_ended', () => true, n);
  }

  async ask(n = 1): Promise<Ask> {
    return (await this.seen('ask', () => true, n)).ask;
  }

  of<Type extends Line['type']>(type: Type): LineOf<Type>[] {
    return this.lines.filter((line): line is LineOf<Type> => line.type === type);
  }

  /** What the hub would make of the events so far; `after` are the processes that served the session before. */
  messages(...after: RunnerProcess[]) {
    const adapter = adapterFor(this.place.provider);
    let memory = adapter.initial();
    return [...after, this]
      .flatMap((runner) => runner.of('agent_event'))
      .flatMap(({ event, blockId }) => {
        const adapted = adapter.adapt(event, memory, 0);
        memory = adapted.memory;
        return adapted.messages.map((message) => ({ ...message, blockId }));
      });
  }

  /** The texts of the transcript so far. */
  texts(): string[] {
    return this.messages().flatMap((message) => (message.type === 'text' ? [message.content.text] : []));
  }

  async stop(): Promise<number> {
    this.say({ type: 'stop', sessionId: this.sessionId });
    return await this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await this.stop();
    await this.#done;
  }

  optionsWith(changes: Partial<RunOptions>): RunOptions {
    return RunOptions.parse({
      cwd: this.place.work,
      settingSources: [],
      ...this.options,
      ...changes,
    });
  }

  async #read(): Promise<void> {
    const errors = (async () => {
      for await (const chunk of this.#process.stderr) this.stderr += new TextDecoder().decode(chunk);
    })();
    const splitter = new LineSplitter(64 * 1024 * 1024);
    for await (const chunk of this.#process.stdout) {
      for (const line of splitter.push(chunk)) {
        if (typeof line !== 'string') throw new Error('the runner wrote a line that is too long');
        this.lines.push(FromRunner.parse(JSON.parse(line)));
      }
      for (const look of this.#watchers) look();
    }
    await Promise.all([errors, this.#process.exited]);
    this.#ended = true;
    for (const look of this.#watchers) look();
  }

  #summary(): string {
    const told = this.lines.map((line) => (line.type === 'agent_event' ? kindOf(line.event) : line.type));
    return `came: ${told.filter((kind) => kind !== 'agent_delta').join(' ')}; stderr: ${this.stderr.slice(-2000)}`;
  }
}

type LineImage = Extract<ToRunner, { type: 'query' }>['images'][number];

function kindOf(event: unknown): string {
  const { type, subtype, method } = event as { type?: string; subtype?: string; method?: string };
  return `(${[type ?? method, subtype].filter(Boolean).join('/')})`;
}

/** The processes that carry this session's mark, the runner among them. */
export function processesOf(runner: RunnerProcess): number[] {
  return processesWithEnv('AGOR_SESSION', runner.sessionId);
}
