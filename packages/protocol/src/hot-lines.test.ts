import { expect, test } from 'bun:test';
import { readHotLine } from './hot-lines.ts';
import { FromMachine, readFromMachine } from './machine-link.ts';
import { FromRunner } from './sidecar.ts';

const SEED = Number(process.env.AGOR_SEED ?? 1);

/** Deterministic, and different for each seed. */
function randomOf(seed: number): () => number {
  let x = seed * 2_654_435_761 + 1;
  return () => {
    x = (x * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return x / 4_294_967_296;
  };
}

const random = randomOf(SEED);
const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
const ODD: readonly unknown[] = [null, 0, -1, 1.5, 1e300, '', 'x', 'x'.repeat(200), 'x'.repeat(201), true, [], {}, [1]];

/** The value, or one time in eight something else, or nothing. */
function maybe(value: unknown): unknown {
  const dice = random();
  if (dice < 0.09) return pick(ODD);
  return dice < 0.12 ? undefined : value;
}

/** As JSON would bring it: without what is undefined. */
const wire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function line(): object {
  return {
    type: maybe(pick(['agent_event', 'agent_delta'])),
    sessionId: maybe('s'),
    event: maybe(pick(ODD)),
    blockId: pick([undefined, 'b', maybe('b')]),
    kind: maybe(pick(['text', 'thinking', 'toolInput', 'toolOutput'])),
    text: maybe('hello'),
    parentId: pick([undefined, undefined, undefined, maybe('p')]),
    toolUseId: pick([undefined, undefined, undefined, maybe('t')]),
    extra: pick([undefined, 1]),
  };
}

test(`a line that is read by hand is what the schema makes of it, and what the schema refuses is not read (AGOR_SEED=${SEED})`, () => {
  let hot = 0;
  for (let i = 0; i < 20_000; i++) {
    const raw = wire(maybe(line()) ?? null);
    const read = readHotLine(raw);
    if (!read) continue;
    hot++;
    expect({ raw, parsed: FromRunner.safeParse(raw).data }).toStrictEqual({ raw, parsed: read });
  }
  expect(hot).toBeGreaterThan(4_000);
});

test(`a frame of entries that is read by hand is what the schema makes of it (AGOR_SEED=${SEED})`, () => {
  let good = 0;
  for (let i = 0; i < 5_000; i++) {
    const entries = Array.from({ length: Math.floor(random() * 3) }, (_, n) =>
      maybe({
        seq: maybe(n + 1),
        at: maybe(5.5),
        event: maybe({ kind: maybe(pick(['runner', 'resumed'])), sessionId: maybe('s'), line: line(), extra: 1 }),
        extra: 1,
      }),
    );
    const raw = wire({ t: 'events', epoch: maybe('e'), entries });
    const parsed = FromMachine.safeParse(raw);
    if (!parsed.success) continue; // an unknown kind is kept whole, the rest throws: other tests hold that
    good++;
    expect({ raw, parsed: readFromMachine(raw) }).toStrictEqual({ raw, parsed: parsed.data });
  }
  expect(good).toBeGreaterThan(1_000);
});

test('what is no list of entries is refused by hand as by the schema', () => {
  const bad = { t: 'events', epoch: 'e', entries: [{ seq: 0, at: 1, event: { kind: 'runner', sessionId: 's' } }] };
  expect(() => readFromMachine(bad)).toThrow();
  expect(() => readFromMachine({ ...bad, entries: 'none' })).toThrow();
});
