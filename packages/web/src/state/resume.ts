/** Waits before a stream that ended is opened again, in ms; the last one stays. */
const AGAIN_MS = [50, 200, 500, 1000, 2000];

/**
 * Runs `attempt` (which reads a stream until it ends or fails) again and again until `signal` aborts. `attempt` calls
 * `alive` when the stream gave something, so that the waits begin anew. Throwing `GiveUp` ends it.
 */
export async function keepStreaming(
  attempt: (alive: () => void) => Promise<void>,
  signal: AbortSignal,
  onDown: (error: unknown) => void = () => {},
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    let failure: unknown = null;
    try {
      await attempt(() => {
        failures = 0;
      });
    } catch (error) {
      if (error instanceof GiveUp || signal.aborted) return;
      failure = error;
    }
    if (signal.aborted) return;
    onDown(failure);
    await pause(AGAIN_MS[Math.min(failures, AGAIN_MS.length - 1)] ?? 2000, signal);
    failures += 1;
  }
}

/** The stream will never work (its session is gone): no further attempt. */
export class GiveUp extends Error {}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
