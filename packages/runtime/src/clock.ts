/** A pending timer. Cancelling twice, or after it fired, does nothing. */
export interface Timer extends Disposable {
  cancel(): void;
}

/** Time as a parameter, so that tests decide what time it is. */
export interface Clock {
  /** Wall time in ms since 1970; may jump. */
  now(): number;
  /** Ms since some moment; never goes back. For durations and timers. */
  monotonic(): number;
  setTimeout(fn: () => void, ms: number): Timer;
  setInterval(fn: () => void, ms: number): Timer;
}

/** Beyond this, JavaScript's setTimeout fires at once instead of late. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (fn, ms) => {
    let id: ReturnType<typeof setTimeout>;
    const arm = (left: number): void => {
      id = setTimeout(() => (left > MAX_DELAY_MS ? arm(left - MAX_DELAY_MS) : fn()), Math.min(left, MAX_DELAY_MS));
    };
    arm(ms);
    return timer(() => clearTimeout(id));
  },
  setInterval: (fn, ms) => {
    const id = setInterval(fn, Math.min(ms, MAX_DELAY_MS));
    return timer(() => clearInterval(id));
  },
};

/** Resolves after `ms` of that clock. */
export function delay(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.setTimeout(resolve, ms));
}

export function timer(cancel: () => void): Timer {
  return { cancel, [Symbol.dispose]: cancel };
}
