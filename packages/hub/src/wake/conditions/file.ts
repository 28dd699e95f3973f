import type { ProjectId } from '@agor/protocol';
import type { Timer } from '@agor/runtime';
import { Failure } from '../../failure.ts';
import type { FileWatching, WatchedChange } from '../../watching/index.ts';
import { conditionWords } from '../wake-words.ts';
import type { Condition } from './types.ts';

export interface FileConditionOptions {
  readonly watching: Pick<FileWatching, 'watchFiles'>;
  /** The agent works now, or did a moment ago: what changes is its own doing. */
  readonly isBusy: (agent: ProjectId) => boolean;
}

/** A build or a checkout writes many files: they are one wake when this time has passed without another. In ms. */
const QUIET_MS = 2_000;
/** Longest it waits for that, in ms. */
const GATHER_MS = 30_000;
/** Files that are named in the prompt. */
const MAX_NAMED = 20;

/**
 * Fires when files change that match. What changes while the agent itself works is taken for its own: it would wake itself without end.
 */
export function fileCondition({ watching, isBusy }: FileConditionOptions): Condition {
  return (trigger, watcher) => {
    const { condition, agentId } = trigger;
    if (condition.kind !== 'file') throw new Error('this is no file');
    const { clock } = watcher;
    const gathered = new Map<string, WatchedChange>();
    let timer: Timer | null = null;
    let since = 0;

    const tell = (): void => {
      timer = null;
      const changes = [...gathered.values()];
      gathered.clear();
      const newest = Math.max(...changes.map(({ at }) => at));
      const named = changes
        .slice(0, MAX_NAMED)
        .map(({ path, kind }) => `- ${path}${kind === 'removed' ? ' (removed)' : ''}`);
      if (changes.length > MAX_NAMED) named.push(`- and ${changes.length - MAX_NAMED} more`);
      watcher.fire(newest, conditionWords(condition), {}, named.join('\n'));
    };
    const onChange = (changes: readonly WatchedChange[]): void => {
      if (isBusy(agentId)) return;
      if (gathered.size === 0) since = clock.monotonic();
      for (const change of changes) if (gathered.size < 1_000) gathered.set(change.path, change);
      timer?.cancel();
      timer = clock.setTimeout(tell, Math.max(0, Math.min(QUIET_MS, since + GATHER_MS - clock.monotonic())));
    };
    let watch: Disposable | null = null;
    try {
      watch = watching.watchFiles({ in: agentId, patterns: [condition.pattern] }, onChange, watcher.problem);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      watcher.problem(error.message);
    }
    return {
      [Symbol.dispose]: () => {
        timer?.cancel();
        watch?.[Symbol.dispose]();
      },
    };
  };
}
