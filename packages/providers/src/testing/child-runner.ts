import { FromRunner, type ToRunner } from '@agor/protocol';
import { LineSplitter } from '@agor/runtime';
import type { z } from 'zod';

type Command = z.input<typeof ToRunner>;

/** How long a test waits for something that should come at once. */
const WAIT_MS = 20_000;

/** A runner program as the machine sees it: a real child process over pipes. Kill it at the test's end by `using`. */
export class ChildRunner implements Disposable {
  /** Every line that a machine would accept, in order. */
  readonly lines: FromRunner[] = [];
  /** The lines that it would not. */
  readonly bad: string[] = [];
  readonly exited: Promise<number>;
  readonly pid: number;
  #child: Bun.Subprocess<'pipe', 'pipe', 'pipe'>;
  #stderr = '';
  #changed = Promise.withResolvers<void>();
  #done: Promise<void>;

  constructor(command: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}) {
    this.#child = Bun.spawn([...command], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    this.pid = this.#child.pid;
    this.#done = this.#follow();
    void this.#followStderr();
    this.exited = this.#child.exited.then(async (code) => {
      await this.#done;
      return code;
    });
  }

  get signalCode(): string | number | null {
    return this.#child.signalCode;
  }

  get stderr(): string {
    return this.#stderr;
  }

  send(...commands: Command[]): void {
    for (const command of commands) this.sendText(`${JSON.stringify(command)}\n`);
  }

  sendText(text: string): void {
    this.#child.stdin.write(text);
    this.#child.stdin.flush();
  }

  endStdin(): void {
    this.#child.stdin.end();
  }

  ofType<Type extends FromRunner['type']>(type: Type): Extract<FromRunner, { type: Type }>[] {
    return this.lines.filter((line): line is Extract<FromRunner, { type: Type }> => line.type === type);
  }

  /** The first line that fits, now or when it comes. Fails with everything that was said. */
  async until<Found extends FromRunner>(fits: (line: FromRunner) => line is Found): Promise<Found>;
  async until(fits: (line: FromRunner) => boolean): Promise<FromRunner>;
  async until(fits: (line: FromRunner) => boolean): Promise<FromRunner> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#wakeAll();
    }, WAIT_MS);
    try {
      for (let at = 0; ; ) {
        for (; at < this.lines.length; at++) {
          const line = this.lines[at];
          if (line && fits(line)) return line;
        }
        if (late || this.#child.exitCode !== null) break;
        await this.#changed.promise;
      }
    } finally {
      clearTimeout(timer);
    }
    const said = this.lines.slice(-20).map((line) => JSON.stringify(line).slice(0, 300));
    throw new Error(`no such line came${late ? ' in time' : ''}; last:\n${said.join('\n')}\nstderr:\n${this.#stderr}`);
  }

  /** The next line of that type, counting from `after` of them. */
  untilType<Type extends FromRunner['type']>(type: Type, after = 0): Promise<Extract<FromRunner, { type: Type }>> {
    let seen = 0;
    return this.until(
      (line): line is Extract<FromRunner, { type: Type }> => line.type === type && seen++ >= after,
    ) as Promise<Extract<FromRunner, { type: Type }>>;
  }

  [Symbol.dispose](): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
  }

  async #follow(): Promise<void> {
    const splitter = new LineSplitter(32 * 1024 * 1024);
    for await (const chunk of this.#child.stdout) {
      for (const line of splitter.push(chunk)) this.#take(typeof line === 'string' ? line : `(${line.bytes} bytes)`);
      this.#wakeAll();
    }
    this.#wakeAll();
  }

  #take(line: string): void {
    let raw: unknown;
    try {
      raw = JSON.parse(line);
    } catch {
      this.bad.push(line);
      return;
    }
    const parsed = FromRunner.safeParse(raw);
    if (parsed.success) this.lines.push(parsed.data);
    else this.bad.push(line);
  }

  async #followStderr(): Promise<void> {
    for await (const chunk of this.#child.stderr) this.#stderr += new TextDecoder().decode(chunk);
  }

  #wakeAll(): void {
    const changed = this.#changed;
    this.#changed = Promise.withResolvers();
    changed.resolve();
  }
}
