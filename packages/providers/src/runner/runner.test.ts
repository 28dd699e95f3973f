import { describe, expect, test } from 'bun:test';
import {
  type Answer,
  AskId,
  FromRunner,
  MAX_SIDECAR_LINE_BYTES,
  PromptId,
  RunOptions,
  SessionId,
  type ToRunner,
} from '@agor/protocol';
import { ManualClock } from '@agor/runtime/testing';
import type { z } from 'zod';
import { canonicalJson } from '../canonical-json.ts';
import { CLOSE_LIMIT_MS, INTERRUPT_LIMIT_MS, Runner } from './runner.ts';
import { type Agent, type AgentContext, type AgentSettings, AskWithdrawn, type NewAsk } from './types.ts';

const sessionId = SessionId.parse('s1');
const promptId = PromptId.parse('p1');
const options = RunOptions.parse({ cwd: '/' });

/** Does what a test tells it. */
class FakeAgent implements Agent {
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
class TestRunner {
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
async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

const permission = (input: unknown = { command: 'ls' }): NewAsk => ({
  kind: 'permission',
  toolName: 'Bash',
  title: 'Run ls',
  input,
});

describe('lines in', () => {
  test('ready comes at once, a ping is answered with its nonce', async () => {
    const test = new TestRunner();
    await test.send({ type: 'ping', nonce: 'n1' });
    expect(test.lines).toEqual([
      { type: 'ready', provider: 'fake', pid: process.pid },
      { type: 'pong', nonce: 'n1' },
    ]);
  });

  test('malformed, unknown, foreign and over-long lines become errors, and the next line is served', async () => {
    const test = new TestRunner();
    await test.query();
    await test.sendText('nonsense\n\n{"type":"dance","sessionId":"s1"}\n{"type":"query","sessionId":"s1"}\n');
    await test.send({ type: 'interrupt', sessionId: SessionId.parse('other') });
    await test.sendText(`"${'x'.repeat(MAX_SIDECAR_LINE_BYTES)}"\n`);
    await test.send({ type: 'ping' });
    expect(test.errors).toEqual([
      expect.stringContaining('no JSON: nonsense'),
      expect.stringContaining('not understood (type'),
      expect.stringContaining('not understood (promptId'),
      expect.stringContaining('serves the session s1, not other'),
      expect.stringContaining('is longer than'),
    ]);
    expect(test.types.at(-1)).toBe('pong');
  });

  test('commands run in their order: a prompt does not overtake the setting before it', async () => {
    const test = new TestRunner();
    await test.send(
      { type: 'open', sessionId, options },
      { type: 'set', sessionId, model: 'opus' },
      { type: 'query', sessionId, promptId, prompt: 'one', options: { ...options, model: 'opus' } },
      { type: 'interrupt', sessionId },
    );
    expect(test.agent?.done).toEqual(['set opus', 'prompt one', 'interrupt']);
  });

  test('a prompt with other settings than the agent has changes them first', async () => {
    const test = new TestRunner();
    await test.query({ model: 'opus' });
    expect(test.agent?.settings).toEqual([]);
    await test.query({ model: 'haiku', permissionMode: 'plan' });
    expect(test.agent?.settings).toEqual([{ model: 'haiku', permissionMode: 'plan' }]);
    expect(test.lines.at(-2)).toMatchObject({ type: 'agent_info', model: 'haiku', permissionMode: 'plan' });
  });

  test('a refused setting is told and the agent lives on', async () => {
    const test = new TestRunner();
    await test.query();
    await test.send({ type: 'set', sessionId, model: 'refused' });
    expect(test.errors).toEqual(['the agent refused the setting: no such model']);
    await test.query({}, 'again');
    expect(test.agent?.done).toEqual(['prompt do it', 'prompt again']);
  });
});

describe('asks', () => {
  test('wait for their answer; the acknowledgement leaves before the agent goes on', async () => {
    const test = new TestRunner();
    const answers: Answer[] = [];
    test.prepare = (agent) => {
      agent.onPrompt = (ctx) => {
        void ctx.ask({ ...permission(), id: AskId.parse('a1') }).then((answer) => {
          answers.push(answer);
          ctx.log('went on');
        });
      };
    };
    await test.query();
    test.clock.advance(30 * 86_400_000);
    await settled();
    expect(answers).toEqual([]);
    const answer: Answer = { kind: 'permission', decision: 'allow' };
    await test.send({ type: 'answer', sessionId, askId: AskId.parse('a1'), answer });
    expect(answers).toEqual([answer]);
    expect(test.types.slice(-3)).toEqual(['ask', 'answer_accepted', 'agent_log']);
  });

  test('an answer to an unknown ask, or of the wrong kind, is an error and leaves the ask open', async () => {
    const test = new TestRunner();
    let answered = false;
    test.prepare = (agent) => {
      agent.onPrompt = (ctx) => {
        void ctx.ask({ ...permission(), id: AskId.parse('a1') }).then(() => {
          answered = true;
        });
      };
    };
    await test.query();
    await test.send({ type: 'answer', sessionId, askId: AskId.parse('a2'), answer: { kind: 'question', answers: {} } });
    await test.send({ type: 'answer', sessionId, askId: AskId.parse('a1'), answer: { kind: 'question', answers: {} } });
    expect(test.errors).toEqual([
      expect.stringContaining('a2 is not open'),
      expect.stringContaining('wants an answer of the kind "permission"'),
    ]);
    expect(answered).toBe(false);
  });

  test('an ask that the vendor takes back is withdrawn with its reason', async () => {
    const test = new TestRunner();
    const aborter = new AbortController();
    let refused: unknown;
    test.prepare = (agent) => {
      agent.onPrompt = (ctx) => {
        ctx.ask(permission(), aborter.signal).catch((error: unknown) => {
          refused = error;
        });
      };
    };
    await test.query();
    aborter.abort('timed out');
    await settled();
    expect(test.lines.at(-1)).toMatchObject({ type: 'ask_withdrawn', reason: 'timed out' });
    expect(refused).toBeInstanceOf(AskWithdrawn);
  });

  test('an open ask of an ending runner is not withdrawn: it lapses', async () => {
    const test = new TestRunner();
    const aborter = new AbortController();
    test.prepare = (agent) => {
      agent.onPrompt = (ctx) => {
        ctx.ask(permission(), aborter.signal).catch(() => {}); // rejected by close, as it should be
      };
      agent.onClose = () => aborter.abort('closing');
    };
    await test.query();
    await test.send({ type: 'stop', sessionId });
    expect(test.types).not.toContain('ask_withdrawn');
    expect(test.exitCode).toBe(0);
  });

  test("a rule answers in the person's stead and says so", async () => {
    const test = new TestRunner();
    const answers: Answer[] = [];
    test.prepare = (agent) => {
      agent.onPrompt = async (ctx) => {
        answers.push(await ctx.ask({ ...permission({ a: 1, b: 2 }), toolUseId: 't1' }));
        void ctx.ask(permission({ a: 1, b: 2 }));
      };
    };
    const inputJson = canonicalJson({ b: 2, a: 1 });
    const denial = { id: 'r1', toolName: 'Bash', inputJson, once: true, decision: 'deny', message: 'no' } as const;
    await test.query({ rules: [denial] });
    expect(answers).toEqual([{ kind: 'permission', decision: 'deny', message: 'no' }]);
    expect(test.lines.find((line) => line.type === 'rule_used')).toMatchObject({ ruleId: 'r1', toolUseId: 't1' });
    expect(test.types.filter((type) => type === 'ask').length).toBe(1);
  });
});

describe('turns', () => {
  test('one runs at a time; its end is told once', async () => {
    const test = new TestRunner();
    await test.query();
    const ctx = test.agent?.ctx;
    ctx?.startTurn(promptId);
    expect(() => ctx?.startTurn()).toThrow('still runs');
    ctx?.endTurn({ outcome: 'done' });
    ctx?.endTurn({ outcome: 'failed' });
    await settled();
    expect(test.types.filter((type) => type === 'turn_ended').length).toBe(1);
    expect(ctx?.turn).toBeNull();
  });

  test('a hanging prompt does not hold up an interrupt, and a dead interrupt is told', async () => {
    const test = new TestRunner();
    test.prepare = (agent) => {
      agent.onPrompt = () => new Promise(() => {});
      agent.onInterrupt = () => new Promise(() => {});
    };
    await test.query();
    await test.send({ type: 'interrupt', sessionId });
    expect(test.agent?.done).toEqual(['prompt do it', 'interrupt']);
    await test.clock.advanceAsync(INTERRUPT_LIMIT_MS);
    await settled();
    expect(test.errors).toEqual([expect.stringContaining('does not react to the interrupt')]);
  });
});

describe('the end', () => {
  for (const how of ['stop', 'end of stdin'] as const) {
    test(`${how}: the agent is closed, its turn ends, the exit code is 0`, async () => {
      const test = new TestRunner();
      test.prepare = (agent) => {
        agent.onPrompt = (ctx) => void ctx.startTurn(promptId);
      };
      await test.query();
      if (how === 'stop') await test.send({ type: 'stop', sessionId });
      else await test.endStdin();
      expect(test.agent?.done.at(-1)).toBe('close');
      expect(test.lines.at(-2)).toMatchObject({ type: 'turn_ended', outcome: 'interrupted' });
      expect(test.types.at(-1)).toBe('agent_stopped');
      expect(test.exitCode).toBe(0);
      expect(test.clock.pending).toBe(0);
    });
  }

  test('an agent that does not close is left behind after its limit', async () => {
    const test = new TestRunner();
    test.prepare = (agent) => {
      agent.onClose = () => new Promise(() => {});
    };
    await test.query();
    await test.endStdin();
    expect(test.exitCode).toBeNull();
    await test.clock.advanceAsync(CLOSE_LIMIT_MS);
    await settled();
    expect(test.exitCode).toBe(0);
  });

  test('stdin ends before any prompt', async () => {
    const test = new TestRunner();
    await settled();
    await test.endStdin();
    expect(test.types).toEqual(['ready']);
    expect(test.exitCode).toBe(0);
  });

  test('an agent that cannot start is an agent_error with its class, and exit code 1', async () => {
    const test = new TestRunner();
    test.create = () => Promise.reject(new Error('spawn claude ENOENT'));
    await test.query();
    expect(test.lines.at(-1)).toEqual({
      type: 'agent_error',
      sessionId,
      message: 'spawn claude ENOENT',
      class: 'not_installed',
    });
    expect(test.exitCode).toBe(1);
  });

  test('a broken agent fails its turn, then itself', async () => {
    const test = new TestRunner();
    test.prepare = (agent) => {
      agent.onPrompt = (ctx) => {
        ctx.startTurn(promptId);
        throw new Error('429 too many requests');
      };
    };
    await test.query();
    expect(test.lines.slice(-2)).toMatchObject([
      { type: 'turn_ended', outcome: 'failed', class: 'rate_limit' },
      { type: 'agent_error', class: 'rate_limit' },
    ]);
    expect(test.exitCode).toBe(1);
  });

  test('an agent that ends by itself stops the runner with its exit code told', async () => {
    const test = new TestRunner();
    await test.query();
    test.agent?.ctx.exited(7, null);
    await settled();
    expect(test.lines.at(-1)).toMatchObject({ type: 'agent_stopped', exitCode: 7, signal: null });
    expect(test.exitCode).toBe(0);
  });

  test('nothing is served after the end', async () => {
    const test = new TestRunner();
    await test.query();
    await test.send({ type: 'stop', sessionId }, { type: 'ping' });
    expect(test.types).not.toContain('pong');
  });
});
