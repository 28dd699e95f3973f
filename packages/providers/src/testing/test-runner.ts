import { FromRunner, PromptId, RunOptions, SessionId, type ToRunner } from '@agor/protocol';
import { ManualClock } from '@agor/runtime/testing';
import type { z } from 'zod';
import { Runner } from '../runner/runner.ts';
import type { Agent, AgentContext, AgentSettings } from '../runner/types.ts';

export const sessionId = SessionId.parse('s1');
export const promptId = PromptId.parse('p1');
export const options = RunOptions.parse({ cwd: '/' });

/** Does what a test tells it. */
export class FakeAgent implements Agent {
  readonly done: string[] = [];
  readonly settings: AgentSettings[] = [];
  onPrompt: (ctx: AgentContext) => void | Promise<void> = () => {};
  onInterrupt: () => void | Promise<void> = () => {};
  onClose: () => void | Promise<void> = () => {};

  constructor(readonly ctx: AgentContext) {}

  async prompt(id: PromptId, text: string): Promise<void> {
    this.done.push(`prompt ${text}`);
    this.ctx.accepted(id);
    await this.onPrompt(this.ctx);
  }
  async interrupt(): Promise<void> {
    this.done.push('interrupt');
    await this.onInterrupt();
  }
  set(settings: AgentSettings): void {
    if (settings.model === 'refused') throw new Error('no such model');
    this.settings.push(settings);
    this.done.push(`set ${settings.model ?? settings.permissionMode}`);
  }
  async close(): Promise<void> {
    this.done.push('close');
    await this.onClose();
  }
}

/** A runner in this process, spoken to as the machine would. */
export class TestRunner {
  readonly clock = new ManualClock();
  readonly lines: FromRunner[] = [];
  readonly complaints: unknown[] = [];
  exitCode: number | null = null;
  agent: FakeAgent | null = null;
  prepare: (agent: FakeAgent) => void = () => {};
  create: () => Promise<void> = async () => {};
  readonly runner: Runner;
  readonly #input = new TransformStream<Uint8Array, Uint8Array>();
  readonly #writer = this.#input.writable.getWriter();

  constructor() {
    const createAgent = async (ctx: AgentContext) => {
      await this.create();
      this.agent = new FakeAgent(ctx);
      this.prepare(this.agent);
      return this.agent;
    };
    this.runner = new Runner(
      { id: 'fake', createAgent },
      {
        input: this.#input.readable,
        write: async (bytes) => this.#read(bytes),
        exit: (code) => {
          this.exitCode ??= code;
        },
        clock: this.clock,
        complain: (error) => this.complaints.push(error),
      },
    );
    void this.runner.run();
  }

  #read(bytes: Uint8Array): void {
    for (const line of new TextDecoder().decode(bytes).trimEnd().split('\n')) {
      this.lines.push(FromRunner.parse(JSON.parse(line)));
    }
  }

  async send(...commands: z.input<typeof ToRunner>[]): Promise<void> {
    await this.sendText(commands.map((command) => `${JSON.stringify(command)}\n`).join(''));
  }

  async sendText(text: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(text));
    await settled();
  }

  async query(given: Partial<RunOptions> = {}, text = 'do it'): Promise<void> {
    await this.send({ type: 'query', sessionId, promptId, prompt: text, options: { ...options, ...given } });
  }

  async endStdin(): Promise<void> {
    await this.#writer.close();
    await settled();
  }

  get types(): string[] {
    return this.lines.map((line) => line.type);
  }

  get errors(): string[] {
    return this.lines.flatMap((line) => (line.type === 'error' ? [line.message] : []));
  }
}

/** Lets everything that is ready run: streams take several rounds of the loop. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}
