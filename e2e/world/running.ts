import { delay, systemClock } from '@agor/runtime';

const SAYS_LIMIT_MS = 20_000;

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** A command of agor's while it runs: what it says can be waited for. */
export class Running {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;
  readonly #process: Bun.Subprocess<'ignore', 'pipe', 'pipe'>;
  readonly #watchers = new Set<() => void>();

  constructor(command: string[], options: { cwd: string; env: Record<string, string> }) {
    this.#process = Bun.spawn(command, { ...options, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' });
    this.ended = this.#end();
  }

  /** Resolves when one of its streams has said this; fails with what it said instead. */
  async says(pattern: RegExp, on: 'stdout' | 'stderr' = 'stdout'): Promise<RegExpExecArray> {
    const { promise, resolve } = Promise.withResolvers<RegExpExecArray>();
    const look = () => {
      const found = pattern.exec(this[on]);
      if (found) resolve(found);
    };
    this.#watchers.add(look);
    look();
    const late = Promise.race([this.ended, delay(systemClock, SAYS_LIMIT_MS)]).then(() => null);
    const found = await Promise.race([promise, late]);
    this.#watchers.delete(look);
    const said = found ?? pattern.exec(this[on]);
    if (!said) throw new Error(`it did not say ${pattern} on ${on}; it said: ${this.stdout}\n${this.stderr}`);
    return said;
  }

  /** Ctrl-C. */
  interrupt(): void {
    this.#process.kill('SIGINT');
  }

  async #end(): Promise<Ended> {
    await Promise.all([this.#read(this.#process.stdout, 'stdout'), this.#read(this.#process.stderr, 'stderr')]);
    const exitCode = await this.#process.exited;
    return { stdout: this.stdout, stderr: this.stderr, exitCode };
  }

  async #read(stream: ReadableStream<Uint8Array>, name: 'stdout' | 'stderr'): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      this[name] += decoder.decode(chunk, { stream: true });
      for (const look of this.#watchers) look();
    }
  }
}
