import type { ErrorClass } from '@agor/protocol';

/** Tries in a row before a session is left to the person (spec §3.11). */
export const MAX_TRIES = 5;
/** A runner that lived so long since its last crash is stable: the count begins anew. */
export const STABLE_MS = 5 * 60_000;
/** How long a try may take; vendors' own limits are shorter and say more. */
export const TRY_LIMIT_MS = 150_000;
const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 30_000;
/** So much of a delay is left to chance, so that runners which died together do not start together. */
const JITTER = 0.25;

/** How long to wait before the try after `tries` others. @param random from 0 to 1 */
export function restartDelayMs(tries: number, random: () => number): number {
  const whole = Math.min(FIRST_DELAY_MS * 2 ** tries, MAX_DELAY_MS);
  return Math.round(whole * (1 - JITTER * random()));
}

/** How a runner came to its end. */
export interface RunnerExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Wanted: a stop, an idle close, the machine's end. */
  readonly expected: boolean;
  /** Why we ended it, if we did. */
  readonly reason: string | undefined;
  /** It had said `ready`. */
  readonly wasReady: boolean;
  /** Its agent had shown signs of life. */
  readonly wasUp: boolean;
  /** What it said itself was wrong. */
  readonly told: { readonly message: string; readonly class: ErrorClass } | null;
  /** The vendor's program ended by itself without an error. */
  readonly endedItself: boolean;
}

/** What no further try can mend: a person has to act first. */
const HOPELESS: ReadonlySet<ErrorClass> = new Set(['auth', 'quota', 'not_installed', 'gone']);

export function isHopeless(errorClass: ErrorClass): boolean {
  return HOPELESS.has(errorClass);
}

/**
 * What an exit means. A start for a person that fails is no crash: its command says why, and nothing was running that could be
 * recovered. Of a supervisor's own try every unwanted end counts.
 */
export function judgeExit(exit: RunnerExit, isTry: boolean): 'ended' | 'crashed' | 'hopeless' {
  if (exit.expected) return 'ended';
  if (exit.told && isHopeless(exit.told.class)) return isTry ? 'hopeless' : 'ended';
  if (isTry) return 'crashed';
  const failedToStart = !exit.wasReady || (!exit.wasUp && exit.told !== null);
  return failedToStart || exit.endedItself ? 'ended' : 'crashed';
}

/** Why a runner ended, in words for the person. */
export function exitWords({ code, signal, reason, told }: RunnerExit): string {
  if (reason !== undefined) return reason;
  if (told) return told.message;
  if (signal !== null) return `The agent's process was ended by ${signal}`;
  return `The agent's process ended with exit code ${code ?? 'unknown'}`;
}
