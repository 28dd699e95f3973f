import { LineSplitter, type Logger, programCommand } from '@agor/runtime';
import { unreachable as failed } from '../failure.ts';
import { FromSearch, type ToSearch } from './wire.ts';

/** Longest wait for an answer, ms: the program's own bound on a query is far below. */
const ANSWER_MS = 20_000;
const END_MS = 2_000;
/** Questions that wait at once; more are refused. */
const MAX_WAITING = 100;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}
type Question = Extract<ToSearch, { id: number }>;
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

export interface SearchProgramOptions {
  readonly paths: {
    readonly searchDb: string;
    readonly sessionsDb: string;
    readonly teamDb: string;
    readonly blobsDir: string;
  };
  readonly log: Logger;
  readonly onRested: () => void;
  readonly onEnd: () => void;
}

/** The running search program. Ends with its `close`, with the hub (its stdin closes), or by itself; then `onEnd` is told. */
export class SearchProgram {
  readonly #child;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #nextId = 1;

  constructor(private readonly options: SearchProgramOptions) {
    const { searchDb, sessionsDb, teamDb, blobsDir } = options.paths;
    this.#child = Bun.spawn(programCommand('search', import.meta), {
      cwd: '/',
      env: { PATH: process.env.PATH ?? '' },
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    this.tell({ do: 'open', searchDb, sessionsDb, teamDb, blobsDir });
    this.#ended = this.#run();
  }

  get pid(): number {
    return this.#child.pid;
  }

  tell(message: ToSearch): void {
    try {
      this.#child.stdin.write(`${JSON.stringify(message)}\n`);
      void this.#child.stdin.flush();
    } catch {
      // It just ended: `#run` says so to those who wait.
    }
  }

  /** Rejects with a `Failure` that tells what to do. */
  ask(question: WithoutId<Question>): Promise<unknown> {
    if (this.#waiting.size >= MAX_WAITING) return Promise.reject(failed('Too many searches at once.'));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle(id)?.reject(failed('The search took too long.')), ANSWER_MS);
      this.#waiting.set(id, { resolve, reject, timer });
      this.tell({ ...question, id } as Question);
    });
  }

  async close(): Promise<void> {
    try {
      await this.#child.stdin.end();
    } catch {
      // It ended before us.
    }
    const hard = setTimeout(() => this.#child.kill('SIGKILL'), END_MS);
    await this.#ended;
    clearTimeout(hard);
  }

  async #run(): Promise<void> {
    const said = new Response(this.#child.stderr).text();
    const lines = new LineSplitter();
    for await (const chunk of this.#child.stdout) for (const line of lines.push(chunk)) this.#take(line);
    const code = await this.#child.exited;
    if (code !== 0) this.options.log.error('the search program ended', { code, said: (await said).slice(-2_000) });
    for (const id of this.#waiting.keys())
      this.#settle(id)?.reject(failed('The search ended unexpectedly. Try again.'));
    this.options.onEnd();
  }

  #take(line: unknown): void {
    const message = FromSearch.parse(JSON.parse(String(line)));
    if (message.is === 'rested') this.options.onRested();
    else if (message.is === 'answer') this.#settle(message.id)?.resolve(message.value);
    else {
      this.options.log.error('a search failed', { said: message.message });
      this.#settle(message.id)?.reject(failed('The search failed; the log of the hub tells more.'));
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.timer);
    return waiting;
  }
}
