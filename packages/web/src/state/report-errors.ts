import type { HubClient } from './client.ts';

/** Reports of one page at most: a fault in a loop must not fill the hub's log. */
const MAX_REPORTS = 20;
const MAX_CHARS = 4000;

/** Sends what went wrong in this page to the hub's log, where `agor doctor` finds it. */
export function reportErrors(client: HubClient): Disposable {
  const stop = new AbortController();
  const { signal } = stop;
  let reports = 0;
  const report = (error: unknown, where: string) => {
    reports += 1;
    if (reports > MAX_REPORTS) return;
    const message = (error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error)).slice(
      0,
      MAX_CHARS,
    );
    // Without a connection there is nobody to tell; the browser's console has it all the same.
    client.misc.frontendLog({ level: 'error', message, context: where }, { context: { retry: 0 } }).catch(() => {});
  };
  addEventListener('error', (event) => report(event.error ?? event.message, 'error'), { signal });
  addEventListener('unhandledrejection', (event) => report(event.reason, 'unhandledrejection'), { signal });
  return { [Symbol.dispose]: () => stop.abort() };
}
