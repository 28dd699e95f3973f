import { BlockId, type FollowFrame, ProviderId, type SessionEvent, SessionId } from '@agor/protocol';
import { fold } from '@agor/session';
import { expect, test } from 'vitest';
import { PAGE_EVENTS, Transcript, WINDOW_EVENTS } from './transcript.ts';

const id = SessionId.parse('s');
const created: SessionEvent = {
  kind: 'sessionCreated',
  seq: 1,
  at: 0,
  projectId: null,
  provider: ProviderId.parse('demo'),
  cwd: '/tmp',
  title: '',
  permissionMode: 'default',
};
const said = (seq: number): SessionEvent => ({
  kind: 'message',
  seq,
  at: seq,
  message: { id: `m${seq}`, type: 'text', content: { text: `line ${seq}` }, timestamp: 0 },
});
/** The log 1 … `to`. */
const log = (to: number): SessionEvent[] => [created, ...Array.from({ length: to - 1 }, (_, i) => said(i + 2))];
function snapshot(events: SessionEvent[], tail = 400, epoch = 'e1'): FollowFrame {
  const state = events.reduce<ReturnType<typeof fold> | undefined>((s, e) => fold(id, s, e), undefined);
  if (!state) throw new Error('an empty log has no state');
  const shown = events.slice(-tail);
  return {
    kind: 'snapshot',
    epoch,
    state,
    seq: state.seq,
    events: shown,
    hasOlder: shown.length < events.length,
    openBlocks: [],
  };
}
const batch = (...events: SessionEvent[]): FollowFrame => ({
  kind: 'batch',
  items: events.map((event) => ({ event })),
});
const seqs = (t: Transcript) => t.events.map(({ seq }) => seq);
function opened(events: SessionEvent[], tail?: number): Transcript {
  const transcript = new Transcript(id);
  expect(transcript.apply([snapshot(events, tail)])).toBe(true);
  return transcript;
}

test('what came twice over a lost connection shows once', () => {
  const transcript = opened(log(3));
  expect(transcript.apply([batch(said(3), said(4)), batch(said(4), said(5))])).toBe(true);
  expect(seqs(transcript)).toEqual([1, 2, 3, 4, 5]);
  expect(transcript.cursor).toEqual({ epoch: 'e1', seq: 5 });
});

test('a hole in the events asks for a fresh snapshot, and the snapshot mends it', () => {
  const transcript = opened(log(3));
  expect(transcript.apply([batch(said(5))])).toBe(false);
  transcript.startOver();
  expect(transcript.cursor).toBeUndefined();
  expect(transcript.apply([snapshot(log(5), 400, 'e2'), batch(said(6))])).toBe(true);
  expect(seqs(transcript)).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a hole in streamed text asks for a fresh snapshot too', () => {
  const transcript = opened(log(2));
  const delta = { sessionId: id, blockId: BlockId.parse('b'), kind: 'text' as const, offset: 4, text: 'late' };
  expect(transcript.apply([{ kind: 'batch', items: [{ delta }] }])).toBe(false);
});

test('streamed text gives way to the message that completes it', () => {
  const transcript = opened(log(2));
  const blockId = BlockId.parse('b');
  const delta = (offset: number, text: string) => ({
    delta: { sessionId: id, blockId, kind: 'text' as const, offset, text },
  });
  transcript.apply([{ kind: 'batch', items: [delta(0, 'hel'), delta(3, 'lo')] }]);
  expect(transcript.openBlocks.map(({ text }) => text)).toEqual(['hello']);
  const whole = said(3);
  if (whole.kind === 'message') whole.message.blockId = blockId;
  transcript.apply([batch(whole)]);
  expect(transcript.openBlocks).toEqual([]);
  expect(seqs(transcript).at(-1)).toBe(3);
});

test('a long stream keeps a bounded end of the log, without a gap', () => {
  const transcript = opened(log(10));
  for (let seq = 11; seq <= 3000; seq += 1) transcript.apply([batch(said(seq))]);
  expect(transcript.events).toHaveLength(WINDOW_EVENTS);
  expect(seqs(transcript).at(-1)).toBe(3000);
  expect(transcript.hasOlder).toBe(true);
  expect(transcript.state?.seq).toBe(3000);
});

test('scrolled far back the end is let go, the state goes on, and pages lead back to the end', () => {
  const all = log(5000);
  const transcript = opened(all);
  const page = (before: number) => all.filter(({ seq }) => seq < before).slice(-PAGE_EVENTS);
  while (transcript.hasOlder) {
    const first = seqs(transcript)[0] ?? 1;
    const older = page(first);
    transcript.prepend(older, (older[0]?.seq ?? 1) > 1);
  }
  expect(seqs(transcript)[0]).toBe(1);
  expect(transcript.events).toHaveLength(WINDOW_EVENTS);
  expect(transcript.hasNewer).toBe(true);

  all.push(said(5001));
  transcript.apply([batch(said(5001))]);
  expect(transcript.state?.seq).toBe(5001);
  expect(seqs(transcript).at(-1)).toBe(WINDOW_EVENTS);

  while (transcript.hasNewer) transcript.append(page((seqs(transcript).at(-1) ?? 0) + PAGE_EVENTS + 1));
  expect(seqs(transcript).at(-1)).toBe(5001);
  expect(seqs(transcript)).toEqual(Array.from({ length: WINDOW_EVENTS }, (_, i) => 5001 - WINDOW_EVENTS + 1 + i));
});
