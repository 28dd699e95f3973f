import { expect, test } from 'bun:test';
import { BlockId, type JournalEntry, MachineId, SessionId } from '@agor/protocol';
import { ManualClock } from '@agor/runtime/testing';
import { Intake, type StreamItem } from './index.ts';

const SESSION = SessionId.parse('s');
const entry = (seq: number): StreamItem => ({
  entry: { seq, at: 1, event: { kind: 'resumed', sessionId: SESSION } } satisfies JournalEntry,
});
const delta: StreamItem = {
  delta: { sessionId: SESSION, blockId: BlockId.parse('b'), kind: 'text', offset: 0, text: 'x' },
};

function start(commit?: () => void) {
  const clock = new ManualClock();
  const commits: number[][] = [];
  const acks: number[] = [];
  const failures: unknown[] = [];
  const intake = new Intake(MachineId.parse('m'), 'e', {
    clock,
    commit: (_machine, _epoch, items) => {
      commit?.();
      const seqs = items.flatMap((item) => ('entry' in item ? [item.entry.seq] : []));
      commits.push(seqs);
      return seqs.at(-1) ?? null;
    },
    committed: (seq) => acks.push(seq),
    failed: (error) => failures.push(error),
  });
  return { clock, commits, acks, failures, intake };
}

test('an idle hub commits at once; under load what arrives within 2 ms is one transaction', () => {
  const { clock, commits, acks, intake } = start();
  intake.push([entry(1)]);
  expect(commits).toEqual([[1]]);
  intake.push([entry(2)]);
  intake.push([entry(3)]);
  expect(commits).toEqual([[1]]);
  clock.advance(2);
  expect(commits).toEqual([[1], [2, 3]]);
  expect(acks).toEqual([1, 3]);
});

test('a disk that takes its time gets fewer and larger transactions', () => {
  let tookMs = 1.5;
  const { clock, commits, intake } = start(() => clock.advance(tookMs));
  intake.push([entry(1)]);
  tookMs = 0;
  intake.push([entry(2)]);
  intake.push([entry(3)]);
  clock.advance(1.4);
  expect(commits).toEqual([[1]]);
  clock.advance(0.1);
  expect(commits).toEqual([[1], [2, 3]]);
});

test('what came while a commit took long is committed at once after it', () => {
  const { clock, commits, intake } = start(() => clock.advance(30));
  intake.push([entry(1)]);
  intake.push([entry(2)]);
  expect(commits).toEqual([[1], [2]]);
});

test('a flood is committed before the time is over, so that what is held stays bounded', () => {
  const { commits, intake } = start();
  intake.push([entry(1)]);
  for (let i = 0; i < 10_000; i++) intake.push([entry(i + 2)]);
  expect(commits.map((seqs) => seqs.length)).toEqual([1, 2_048, 2_048, 2_048, 2_048]);
});

test('streamed text waits behind the entries before it, and acknowledges nothing', () => {
  const { clock, commits, acks, intake } = start();
  intake.push([delta]);
  expect([commits, acks]).toEqual([[[]], []]);
  intake.push([entry(1)]);
  intake.push([entry(2)]);
  intake.push([delta]);
  expect(commits).toHaveLength(2);
  clock.advance(2);
  expect(commits).toEqual([[], [1], [2]]);
});

test('after a failed commit nothing more is taken, and nothing was acknowledged', () => {
  const { clock, acks, failures, intake } = start(() => {
    throw new Error('disk');
  });
  intake.push([entry(1)]);
  intake.push([entry(2)]);
  clock.advance(10);
  expect([failures.length, acks, clock.pending]).toEqual([1, [], 0]);
});
