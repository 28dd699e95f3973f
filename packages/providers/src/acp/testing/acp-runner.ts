import { join } from 'node:path';
import { type Answer, FromRunner, newId, PromptId, RunOptions, SessionId } from '@agor/protocol';
import { systemClock } from '@agor/runtime';
import { Runner } from '../../runner/runner.ts';
import { acpAdapter } from '../adapter/index.ts';
import { startAcp } from '../runner/agent.ts';

type LineOf<Type extends FromRunner['type']> = Extract<FromRunner, { type: Type }>;
const LIMIT_MS = 15_000;

/** For tests: a runner of this process with the scripted agent behind it. */
export class AcpRunner implements AsyncDisposable {
  readonly lines: FromRunner[] = [];
  readonly exited: Promise<number>;
  readonly #sessionId = newId(SessionId);
  readonly #input = new TransformStream<Uint8Array, Uint8Array>();
  readonly #writer = this.#input.writable.getWriter();
  readonly #watchers = new Set<() => void>();
  readonly #runner: Runner;

  constructor(private readonly options: Partial<RunOptions> = {}) {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.exited = promise;
    this.#runner = new Runner(
      { id: 'acp', createAgent: startAcp },
      {
        input: this.#input.readable,
        write: async (bytes) => {
          for (const line of new TextDecoder().decode(bytes).trimEnd().split('\n'))
            this.lines.push(FromRunner.parse(JSON.parse(line)));
          for (const look of this.#watchers) look();
        },
        exit: resolve,
        clock: systemClock,
        complain: () => {},
      },
    );
    void this.#runner.run();
  }

  prompt(prompt: string, changes: Partial<RunOptions> = {}, traceparent?: string): Promise<void> {
    const command = [process.execPath, join(import.meta.dir, 'scripted-agent-main.ts')];
    const given = { cwd: process.cwd(), variant: 'scripted', command, ...this.options, ...changes };
    const options = RunOptions.parse(given);
    return this.say({ type: 'query', promptId: newId(PromptId), prompt, traceparent, options });
  }

  say(command: object): Promise<void> {
    return this.#writer.write(
      new TextEncoder().encode(`${JSON.stringify({ sessionId: this.#sessionId, ...command })}\n`),
    );
  }

  async answer(answer: Answer, n = 1): Promise<void> {
    const { ask } = await this.seen('ask', n);
    await this.say({ type: 'answer', askId: ask.id, answer });
  }

  of<Type extends FromRunner['type']>(type: Type): LineOf<Type>[] {
    return this.lines.filter((line): line is LineOf<Type> => line.type === type);
  }

  /** The n-th line (from 1) of that type. */
  async seen<Type extends FromRunner['type']>(type: Type, n = 1): Promise<LineOf<Type>> {
    const { promise, resolve, reject } = Promise.withResolvers<LineOf<Type>>();
    const look = () => {
      const line = this.of(type)[n - 1];
      if (line) resolve(line);
    };
    const limit = setTimeout(() => reject(new Error(`no ${type}: ${JSON.stringify(this.lines)}`)), LIMIT_MS);
    this.#watchers.add(look);
    look();
    return await promise.finally(() => {
      clearTimeout(limit);
      this.#watchers.delete(look);
    });
  }

  messages() {
    let memory = acpAdapter.initial();
    return this.of('agent_event').flatMap(({ event }) => {
      const adapted = acpAdapter.adapt(event, memory, 0);
      memory = adapted.memory;
      return adapted.messages;
    });
  }

  texts(): string[] {
    return this.messages().flatMap((message) => (message.type === 'text' ? [message.content.text] : []));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runner.end(0);
  }
}
