import type { Machine } from '../core/index.ts';

/** Progress lines that wait for a slow reader; older ones are of no use by then. */
const MAX_WAITING_LINES = 100;

/** A request of the machine whose progress is told line by line; the generator returns its result. */
export async function* withProgress(
  machine: Pick<Machine, 'request'>,
  method: string,
  params: unknown,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<string, unknown, undefined> {
  const lines: string[] = [];
  let wake: () => void = () => {};
  let ended = false;
  const onProgress = (line: string) => {
    if (lines.length >= MAX_WAITING_LINES) lines.shift();
    lines.push(line);
    wake();
  };
  const work = machine.request(method, params, { timeoutMs, signal, onProgress }).finally(() => {
    ended = true;
    wake();
  });
  work.catch(() => {}); // told below; if the reader went away before, to nobody
  for (;;) {
    for (let line = lines.shift(); line !== undefined; line = lines.shift()) yield line;
    if (ended) return await work;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}
