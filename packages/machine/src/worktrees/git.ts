import { type Clock, endTree, err, ok, type Result } from '@agor/runtime';
import { MARK_VARIABLE } from '../environment/index.ts';
import { askGit, type GitOutput } from '../files/index.ts';

/** How long git may take to answer. */
const ANSWER_MS = 60_000;
/** Names one call in the environment of all that git starts for it: a filter, the checkout. */
const CALL_VARIABLE = 'AGOR_GIT_CALL';
/** Hooks are code of the repository; a stale file system monitor or cache would hide what is there. */
const CONFIG = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.untrackedCache=false'];
/** Nobody is there to be asked, and its words are read by us. */
const ENVIRONMENT = { LC_ALL: 'C', GIT_ASKPASS: 'true', SSH_ASKPASS_REQUIRE: 'never', GCM_INTERACTIVE: 'never' };

export interface GitCall {
  readonly cwd: string;
  /** Gives the call up. */
  readonly signal?: AbortSignal | undefined;
  readonly limitMs?: number;
}

export interface GitDeps {
  readonly clock: Clock;
  /** The data folder's mark: what outlives a machine is ended by the next. */
  readonly mark: string;
}

/** Runs git for worktrees: without hooks and questions, for a bounded time, and not beyond the machine's own end. */
export class Git {
  readonly #deps: GitDeps;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(deps: GitDeps) {
    this.#deps = deps;
  }

  /** Aborted when the machine ends. */
  get ending(): AbortSignal {
    return this.#closing.signal;
  }

  /** Fails, in words for the person, when git could not be run to its end. An exit code other than 0 is an answer. */
  async run(args: readonly string[], call: GitCall): Promise<Result<GitOutput, string>> {
    const work = this.#run(args, call);
    this.#running.add(work);
    try {
      return await work;
    } finally {
      this.#running.delete(work);
    }
  }

  /** Ends what runs, and waits until it is gone. */
  async close(): Promise<void> {
    this.#closing.abort(new GivenUp('agor was ended meanwhile'));
    await Promise.allSettled(this.#running);
  }

  async #run(
    args: readonly string[],
    { cwd, signal, limitMs = ANSWER_MS }: GitCall,
  ): Promise<Result<GitOutput, string>> {
    const { clock, mark } = this.#deps;
    const id = crypto.randomUUID();
    const late = new AbortController();
    const limit = clock.setTimeout(
      () => late.abort(new GivenUp(`git took longer than ${limitMs / 1000} s and was ended`)),
      limitMs,
    );
    const any = AbortSignal.any([late.signal, this.ending, ...(signal ? [signal] : [])]);
    let ended: Promise<unknown> = Promise.resolve();
    // What git itself started would hold its output open, and would go on writing.
    const endAll = () => {
      ended = endTree({ mark: { name: CALL_VARIABLE, value: id }, clock });
    };
    any.addEventListener('abort', endAll, { once: true });
    try {
      const env = { ...ENVIRONMENT, [MARK_VARIABLE]: mark, [CALL_VARIABLE]: id };
      const output = await askGit([...CONFIG, ...args], { cwd, signal: any, env });
      return output === null ? err('git is not installed on this computer, or not found by agor') : ok(output);
    } catch (error) {
      if (!any.aborted) return err(`git could not be started in ${cwd}: ${(error as Error).message}`);
      const { reason } = any as { reason: unknown };
      return err(reason instanceof Error ? reason.message : 'it was stopped');
    } finally {
      limit.cancel();
      any.removeEventListener('abort', endAll);
      await ended;
    }
  }
}

/** Why a call was given up, as a part of a sentence. */
export class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

/** What git printed, without the line's end. */
export function line({ stdout }: GitOutput): string {
  return stdout.toString().replace(/\n$/, '');
}

/** git's own reason, for the end of a sentence. */
export function saying({ words, code }: GitOutput): string {
  const said = words.split('\n').filter((one) => /^(fatal|error|warning):/.test(one));
  return (said.length > 0 ? said : words.trim().split('\n').slice(-3)).join(' ').slice(0, 600) || `exit code ${code}`;
}
