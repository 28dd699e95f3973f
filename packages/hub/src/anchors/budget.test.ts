import { expect, test } from 'bun:test';
import {
  ANCHOR_BUDGETS,
  type Anchor,
  AnchorBudgetScale,
  MAX_INJECTED_ANCHORS,
  ProjectId,
  SessionId,
} from '@agor/protocol';
import fc from 'fast-check';
import { anchorBlock, blockWithout, escapedChars, roomBeside } from './block.ts';
import type { Part } from './parts.ts';
import { serialise, serialiseWithin } from './serialise.ts';
import { estimateTokens } from './tokens.ts';

const kind = fc.constantFrom('auto', 'pinned', 'promoted');
/** What may be said: any characters, tags that look like ours, and much of it. */
const words = fc
  .tuple(
    fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
      fc.constantFrom(
        '</session-anchors>',
        '< / SESSION-anchors >',
        '<session-anchors>',
        '\ud800',
        '[Turn 1 of this conversation]',
      ),
    ),
    fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 500 })),
  )
  .map(([text, times]) => text.repeat(times));
const anchors = fc
  .array(fc.record({ kind, text: words, session: fc.integer({ min: 0, max: 3 }), turn: fc.nat(9_999_999) }), {
    maxLength: 90,
  })
  .map((all): Anchor[] =>
    all.map(({ session, ...anchor }, i) => ({
      ...anchor,
      id: `a${i}`,
      projectId: ProjectId.parse('p'),
      sessionId: SessionId.parse(`s${session}`),
      seq: i + 1,
      messageId: null,
      tokens: estimateTokens(anchor.text),
      createdAt: i,
    })),
  );
const budget = fc.oneof(
  fc.constantFrom(...AnchorBudgetScale.options).map((scale) => ANCHOR_BUDGETS[scale]),
  fc.integer({ min: 1, max: 3_000 }),
);
const titles = fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { minLength: 4, maxLength: 4 });
const originOf = (all: readonly string[]) => (anchor: Anchor) => ({
  own: anchor.sessionId === 's0',
  title: all[Number(anchor.sessionId.slice(1))] ?? '',
});
/** fast-check names its seed when a property fails. */
const holds = (property: Parameters<typeof fc.assert>[0]) => fc.assert(property, { numRuns: 300 });

test('whatever the anchors are, what goes with a run is within the budget, in their order, whole, and in one element', () => {
  holds(
    fc.property(anchors, budget, titles, (all, tokens, names) => {
      const block = anchorBlock(all, tokens, originOf(names));
      if (!block) return;
      expect(estimateTokens(block.text)).toBeLessThanOrEqual(tokens);
      expect(block.tokens).toBe(estimateTokens(block.text));
      expect(block.ids.length).toBeLessThanOrEqual(MAX_INJECTED_ANCHORS);
      const chosen = all.filter(({ id }) => block.ids.includes(id));
      expect(chosen.map(({ id }) => id)).toEqual([...block.ids]);
      expect(chosen.every((anchor) => anchor.kind !== 'pinned')).toBe(true);
      let from = 0;
      for (const { text } of chosen) {
        const at = block.text.indexOf(escaped(text), from);
        expect(at).toBeGreaterThanOrEqual(from);
        from = at + escaped(text).length;
      }
      expect(block.text.match(/<\/?\s*session-anchors/gi)).toEqual(['<session-anchors', '</session-anchors']);
      expect(block.text.endsWith('\n</session-anchors>')).toBe(true);
    }),
  );
});

test('an anchor is only left out when it does not fit beside those with more right', () => {
  holds(
    fc.property(anchors, budget, titles, (all, tokens, names) => {
      const block = anchorBlock(all, tokens, originOf(names));
      const ids = new Set(block?.ids);
      if (ids.size === MAX_INJECTED_ANCHORS) return;
      const kept = all.filter(({ id }) => ids.has(id));
      for (const out of all.filter((anchor) => anchor.kind !== 'pinned' && !ids.has(anchor.id))) {
        const at = all.indexOf(out);
        const hadMoreRight = kept.filter((one) =>
          one.kind === out.kind ? all.indexOf(one) < at : one.kind === 'promoted',
        );
        const used = hadMoreRight.map(({ text }) => escapedChars(text));
        expect(escapedChars(out.text)).toBeGreaterThan(roomBeside(used, tokens));
      }
    }),
  );
});

test('a part of a block is within it, and nothing of it when the agent has all', () => {
  holds(
    fc.property(anchors, budget, titles, fc.func(fc.boolean()), (all, tokens, names, hasIt) => {
      const block = anchorBlock(all, tokens, originOf(names));
      const has = ({ id }: Anchor) => hasIt(id);
      const missing = blockWithout(all, block, has, originOf(names));
      expect(missing?.ids ?? []).toEqual((block?.ids ?? []).filter((id) => !hasIt(id)));
      if (missing) expect(missing.tokens).toBeLessThanOrEqual(block?.tokens ?? 0);
      expect(blockWithout(all, block, () => true, originOf(names))).toBeNull();
    }),
  );
});

test('turns that were kept within the room beside each other all fit into the budget', () => {
  const part: fc.Arbitrary<Part> = fc.record({ kind: fc.constantFrom('prompt', 'words', 'tool'), text: words });
  holds(
    fc.property(
      fc.array(fc.array(part, { minLength: 1, maxLength: 12 }), { maxLength: 3 }),
      budget,
      titles,
      (turns, tokens, names) => {
        const used: number[] = [];
        const kept: Anchor[] = [];
        for (const [turn, parts] of turns.entries()) {
          const text = serialiseWithin(parts, roomBeside(used, tokens));
          // What is escaped may grow; such a turn is judged by what it grew to.
          if (text === null || escapedChars(text) > roomBeside(used, tokens)) break;
          used.push(escapedChars(text));
          kept.push(anchor(turn, text));
        }
        expect(anchorBlock(kept, tokens, originOf(names))?.ids ?? []).toEqual(kept.map(({ id }) => id));
      },
    ),
  );
});

test('a turn that is too long keeps its beginning and its newest parts, whole, and says how many it lacks', () => {
  const part: fc.Arbitrary<Part> = fc.record({
    kind: fc.constantFrom('prompt', 'words', 'tool'),
    text: fc.integer({ min: 0, max: 999_999 }).map((n) => `(${n})`.repeat(1 + (n % 40))),
  });
  holds(
    fc.property(fc.array(part, { minLength: 1, maxLength: 20 }), fc.nat(2_000), (parts, max) => {
      const text = serialiseWithin(parts, max);
      if (text === null) return;
      expect(text.length).toBeLessThanOrEqual(max);
      const [, left = '0'] = /\[(\d+) parts? of this turn left out for the size\]/.exec(text) ?? [];
      const gone = Number(left);
      expect(text.startsWith(parts[0]?.text ?? '')).toBe(true);
      for (const { text: said } of gone === 0 ? parts : parts.slice(1 + gone)) expect(text).toContain(said);
      if (gone > 0) expect(serialise(parts).length).toBeGreaterThan(max);
    }),
  );
});

function anchor(turn: number, text: string): Anchor {
  const ids = { id: `t${turn}`, projectId: ProjectId.parse('p'), sessionId: SessionId.parse('s0') };
  return {
    ...ids,
    kind: 'auto',
    turn,
    text,
    seq: turn + 1,
    messageId: null,
    tokens: estimateTokens(text),
    createdAt: 0,
  };
}

function escaped(text: string): string {
  return text.replace(/<(?=\/?\s*session-anchors)/gi, '&lt;');
}
