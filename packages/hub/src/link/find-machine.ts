import { type Clock, delay, isAlive, type ProcessRef } from '@agor/runtime';
import { unreachable } from '../failure.ts';
import type { NoConnection } from './connection.ts';
import type { Launched } from './launch.ts';

/** How long a machine that we started may take until it answers. In ms. */
const START_LIMIT_MS = 15_000;
/** A machine that ended at its start may have found another one holding the lock: that one gets this long to answer. */
const AFTER_EXIT_MS = 1_500;
/** How long a machine may take to end everything. */
const END_LIMIT_MS = 20_000;
const FIRST_WAIT_MS = 5;
const MAX_WAIT_MS = 100;

export interface FindOptions {
  readonly clock: Clock;
  /** Null once connected. */
  readonly attempt: () => Promise<NoConnection | null>;
  /** Starts a machine; throws when the program cannot be started. */
  readonly launch: () => Launched;
  /** What a machine that ended at its start said about it; null when it said nothing. */
  readonly lastWords: () => string | null;
  readonly isClosed: () => boolean;
}

/**
 * Connects to the machine, starting one, once, if nobody listens. Returns null when connected (or closed meanwhile), else
 * what is wrong, as a sentence for the person.
 */
export async function findMachine({
  clock,
  attempt,
  launch,
  lastWords,
  isClosed,
}: FindOptions): Promise<string | null> {
  const begun = clock.monotonic();
  let started: Started | null = null;
  for (let wait = FIRST_WAIT_MS; !isClosed(); wait = Math.min(wait * 1.5, MAX_WAIT_MS)) {
    const failed = await attempt();
    if (!failed) return null;
    if (failed.kind === 'refused') return `The machine refuses this hub: ${failed.message}.`;
    if (failed.kind === 'silent') return `The machine does not answer as it should: ${failed.message}.`;
    const now = clock.monotonic();
    if (!started) {
      try {
        started = watched(launch(), clock);
      } catch (error) {
        return `The machine could not be started: ${(error as Error).message}.`;
      }
    } else if (started.exit && now - started.exit.at > AFTER_EXIT_MS) {
      return `The machine ended at its start with exit code ${started.exit.code}. ${lastWords() ?? ''}`.trimEnd();
    } else if (now - begun > START_LIMIT_MS) {
      return `The machine was started but did not answer within ${START_LIMIT_MS / 1000} s.`;
    }
    await delay(clock, wait);
  }
  return null;
}

interface Started {
  exit: { readonly code: number; readonly at: number } | null;
}

function watched(child: Launched, clock: Clock): Started {
  const started: Started = { exit: null };
  void child.exited.then((code) => {
    started.exit = { code, at: clock.monotonic() };
  });
  return started;
}

/** Resolves when the process is gone; throws UNREACHABLE when it does not end. */
export async function untilGone(machine: ProcessRef, clock: Clock): Promise<void> {
  const begun = clock.monotonic();
  while (isAlive(machine)) {
    if (clock.monotonic() - begun > END_LIMIT_MS)
      throw unreachable(`The machine (pid ${machine.pid}) did not end within ${END_LIMIT_MS / 1000} s.`);
    await delay(clock, 20);
  }
}
