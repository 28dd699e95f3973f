import type { CDPSession } from 'playwright-core';

/** An event of Chromium's trace, as far as it is used here (the Trace Event Format). */
interface TraceEvent {
  readonly name: string;
  /** `X`: with its duration. */
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Processor time, where the platform tells it, µs. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

const CATEGORIES = ['toplevel', 'cc'];

/** What the page's main thread works for each of its frames while `act` goes on, ms of processor time. */
export async function workPerFrame(cdp: CDPSession, act: () => Promise<void>): Promise<number[]> {
  const events: TraceEvent[] = [];
  const collect = ({ value }: { value: unknown[] }) => void events.push(...(value as TraceEvent[]));
  cdp.on('Tracing.dataCollected', collect);
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: CATEGORIES },
  });
  await act();
  const complete = new Promise<void>((resolve) => cdp.once('Tracing.tracingComplete', () => resolve()));
  await cdp.send('Tracing.end');
  await complete;
  cdp.off('Tracing.dataCollected', collect);
  return split(events);
}

/** A frame ends with the task in which it is made; what was worked since the one before (input, timers, messages) counts to it. */
function split(events: readonly TraceEvent[]): number[] {
  const main = events.find(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
  if (!main) throw new Error('the trace names no main thread of a page');
  const own = events.filter(({ pid, tid, ph }) => pid === main.pid && tid === main.tid && ph === 'X');
  const made = own.filter(({ name }) => name === 'ProxyMain::BeginMainFrame').map(({ ts }) => ts);
  const tasks = own.filter(({ name }) => name === 'ThreadControllerImpl::RunTask');
  const frames = made.map(() => 0);
  for (const { ts, dur = 0, tdur = dur } of tasks) {
    const frame = made.findIndex((at) => at >= ts);
    if (frame >= 0) frames[frame] = (frames[frame] ?? 0) + tdur / 1000;
  }
  return frames;
}
