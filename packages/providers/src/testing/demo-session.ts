import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentMessage, type Answer, type AskId, PromptId, RunOptions, SessionId } from '@agor/protocol';
import { programCommand } from '@agor/runtime';
import { adapterFor } from '../registry.ts';
import { ChildRunner } from './child-runner.ts';

export const SESSION = SessionId.parse('session-1');

/** A small project for the demo agent; `dispose` removes it. */
export class DemoProject implements Disposable {
  readonly dir = mkdtempSync(join(tmpdir(), 'agor-demo-test-'));

  constructor() {
    this.write('README.md', '# A project\n\nWith two lines.\n');
    this.write('package.json', '{ "name": "a-project" }\n');
    Bun.spawnSync(['git', 'init', '-q'], { cwd: this.dir });
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.dir, name), text);
  }

  session(options: Partial<RunOptions> = {}): DemoSession {
    return new DemoSession({ cwd: this.dir, ...options });
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** A real demo runner as a child process, spoken to as the machine would. */
export class DemoSession extends ChildRunner {
  #prompts = 0;

  constructor(private readonly options: Partial<RunOptions> & { readonly cwd: string }) {
    super(programCommand('runner-demo', import.meta));
  }

  prompt(text: string, options: Partial<RunOptions> = {}): PromptId {
    const promptId = PromptId.parse(`prompt-${++this.#prompts}`);
    const all = RunOptions.parse({ model: 'script-fast', ...this.options, ...options });
    this.send({ type: 'query', sessionId: SESSION, promptId, prompt: text, options: all });
    return promptId;
  }

  /** Prompts and waits for the end of the turn. */
  async turn(text: string, options: Partial<RunOptions> = {}) {
    const before = this.ofType('turn_ended').length;
    this.prompt(text, options);
    return this.untilType('turn_ended', before);
  }

  async nextAsk(after = 0) {
    return (await this.untilType('ask', after)).ask;
  }

  answer(askId: AskId, answer: Answer): void {
    this.send({ type: 'answer', sessionId: SESSION, askId, answer });
  }

  get messages(): AgentMessage[] {
    const adapter = adapterFor('demo');
    let memory = adapter.initial();
    return this.ofType('agent_event').flatMap(({ event }) => {
      const adapted = adapter.adapt(event, memory, 0);
      memory = adapted.memory;
      return adapted.messages;
    });
  }

  get text(): string {
    return this.messages.flatMap((each) => (each.type === 'text' ? [each.content.text] : [])).join('\n');
  }
}

/** Answers each ask as it comes with a yes. */
export async function answerAll(session: DemoSession): Promise<void> {
  for (let n = 0; ; n++) {
    const ask = await session.nextAsk(n).catch(() => null);
    if (!ask) return;
    if (ask.kind === 'permission') session.answer(ask.id, { kind: 'permission', decision: 'allow' });
    else if (ask.kind === 'plan') session.answer(ask.id, { kind: 'plan', decision: 'approve', mode: 'acceptEdits' });
    else {
      const answers = Object.fromEntries(ask.questions.map((q) => [q.question, q.options[0]?.label ?? '']));
      session.answer(ask.id, { kind: 'question', answers });
    }
  }
}
