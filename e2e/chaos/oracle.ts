import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionEvent, SessionSummary } from '@agor/protocol';
import { processRef } from '@agor/runtime';
import { foldAll, isBusy } from '@agor/session';
import type { Promised } from './actor.ts';
import type { Observer } from './observer.ts';

export interface Evidence {
  readonly summary: SessionSummary;
  /** The whole log, as the hub gives it at the end. */
  readonly log: readonly SessionEvent[];
  readonly promised: Promised;
  readonly observers: readonly Observer[];
  readonly cwd: string;
}

/** Everything that is wrong with what happened to one session; empty = every promise was kept. */
export function judge(evidence: Evidence): string[] {
  return [
    ...judgeOrder(evidence),
    ...judgeObservers(evidence),
    ...judgePrompts(evidence),
    ...judgeAnswers(evidence),
    ...judgeMessages(evidence),
    ...judgeEffects(evidence),
    ...judgeState(evidence),
  ].map((fault) => `session ${evidence.summary.state.id.slice(0, 8)}: ${fault}`);
}

function judgeOrder({ log }: Evidence): string[] {
  return log.flatMap((event, index) =>
    event.seq === index + 1 ? [] : [`the log has event ${event.seq} at place ${index + 1}`],
  );
}

/** Each window saw the log: the same events in the same order, none missing, none twice. */
function judgeObservers({ log, observers }: Evidence): string[] {
  return observers.flatMap((observer, n) => {
    const faults = [...observer.faults];
    if (observer.seen.length !== log.length) faults.push(`saw ${observer.seen.length} of ${log.length} events`);
    const different = observer.seen.findIndex((event, i) => !Bun.deepEquals(event, log[i]));
    if (different >= 0)
      faults.push(
        `saw another event ${different + 1}: ${JSON.stringify(observer.seen[different]).slice(0, 200)} for ${JSON.stringify(log[different]).slice(0, 200)}`,
      );
    return faults.map((fault) => `window ${n} ${fault}`);
  });
}

/** An acknowledged prompt is in the log once and has one fate; none is done twice. */
function judgePrompts({ log, promised }: Evidence): string[] {
  return promised.prompts.flatMap(({ id, text }) => {
    const faults: string[] = [];
    const of = (kind: SessionEvent['kind']) =>
      log.filter((e) => e.kind === kind && 'promptId' in e && e.promptId === id).length;
    const queued = log.filter((e) => e.kind === 'promptQueued' && e.prompt.id === id).length;
    if (queued !== 1) faults.push(`is in the log ${queued} times`);
    if (of('turnStarted') > 1) faults.push(`was begun ${of('turnStarted')} times`);
    if (of('promptSent') > 1) faults.push(`was sent ${of('promptSent')} times`);
    const fates = Math.min(1, of('turnStarted')) + of('promptDoubtful') + of('promptFailed') + of('promptCancelled');
    if (fates === 0) faults.push('has no fate');
    return faults.map((fault) => `the prompt ${JSON.stringify(text)} ${fault}`);
  });
}

/**
 * An acknowledged answer is in the log as it was given, and an ask has one answer. Only where the runner died before it
 * took the answer may the log have a second: the ask lapsed in between.
 */
function judgeAnswers({ log, promised }: Evidence): string[] {
  const faults: string[] = [];
  const answered = new Set<string>();
  for (const event of log) {
    if (event.kind === 'askLapsed') answered.delete(event.askId);
    if (event.kind !== 'askAnswered') continue;
    if (answered.has(event.askId)) faults.push(`the ask ${event.askId} was answered twice`);
    answered.add(event.askId);
  }
  for (const promise of promised.answers) {
    const kept = log.some(
      (e) =>
        e.kind === 'askAnswered' &&
        e.askId === promise.askId &&
        e.by === promise.by &&
        Bun.deepEquals(e.answer, promise.answer),
    );
    if (!kept) faults.push(`the acknowledged answer of ${promise.by} to ${promise.askId} is lost`);
  }
  return faults;
}

/** No message twice; and a turn that is done has all of its numbered messages, in order. */
function judgeMessages({ log, promised }: Evidence): string[] {
  const faults: string[] = [];
  const ids = new Map<string, number>();
  for (const event of log)
    if (event.kind === 'message') ids.set(event.message.id, (ids.get(event.message.id) ?? 0) + 1);
  for (const [id, times] of ids) if (times > 1) faults.push(`the message ${id} is there ${times} times`);
  for (const { id, text } of promised.prompts) {
    const expected = Number(/^burst n=(\d+)/.exec(text)?.[1] ?? 0);
    if (expected > 0) faults.push(...judgeBurst(log, id, expected));
  }
  return faults;
}

function judgeBurst(log: readonly SessionEvent[], promptId: string, expected: number): string[] {
  const begin = log.findIndex((e) => e.kind === 'turnStarted' && e.promptId === promptId);
  const end = log.findIndex((e, i) => i > begin && e.kind === 'turnEnded');
  if (begin < 0 || end < 0) return [];
  const numbers = log.slice(begin, end).flatMap((e) => {
    if (e.kind !== 'message' || e.message.type !== 'text' || e.message.content.partial) return [];
    const number = Number.parseInt(e.message.content.text, 10);
    return Number.isNaN(number) ? [] : [number]; // an agent that was resumed first says so
  });
  const wrong = numbers.findIndex((number, index) => number !== index + 1);
  if (wrong >= 0) return [`a burst has ${numbers[wrong]} at place ${wrong + 1}`];
  const ended = log[end];
  const whole = ended?.kind === 'turnEnded' && ended.outcome === 'done';
  return whole && numbers.length !== expected ? [`a finished burst of ${expected} has ${numbers.length} messages`] : [];
}

/** What was allowed was done at most once: each `run printf x >> file` leaves one x at the most. */
function judgeEffects({ promised, cwd }: Evidence): string[] {
  return promised.prompts.flatMap(({ text }) => {
    const file = /^run printf x >> (\S+)$/.exec(text)?.[1];
    if (!file) return [];
    const size = sizeOf(join(cwd, file));
    return size > 1 ? [`${JSON.stringify(text)} was run ${size} times`] : [];
  });
}

function sizeOf(path: string): number {
  try {
    return readFileSync(path).length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0; // denied, or never reached
    throw error;
  }
}

/** The state is the fold of the log, nothing is said to run that does not, and every process that it names is there. */
function judgeState({ summary, log }: Evidence): string[] {
  const faults: string[] = [];
  const { state, status } = summary;
  // A summary leaves the agent's lists out.
  const folded = { ...foldAll(state.id, undefined, log), models: [], commands: [] };
  if (!Bun.deepEquals(folded, state)) faults.push("the hub's state is not the fold of its log");
  if (isBusy(state) || ['running', 'starting', 'waiting', 'retrying', 'stopping', 'unreachable'].includes(status)) {
    faults.push(`it says ${status} although nothing happens any more`);
  }
  if (state.queue.length > 0) faults.push(`${state.queue.length} prompts still wait in the queue`);
  if (state.process && processRef(state.process.pid)?.startTime !== state.process.startTime) {
    faults.push(`its process ${state.process.pid} is not there`);
  }
  return faults;
}
