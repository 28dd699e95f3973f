import { type Anchor, MAX_INJECTED_ANCHORS } from '@agor/protocol';
import type { AnchorBlock } from '../agent-context/index.ts';
import { CHARS_PER_TOKEN, estimateTokens } from './tokens.ts';

const TAG = 'session-anchors';
const BEGIN = `<${TAG}>
Excerpts of this project's conversations that agor keeps for you, because the context in which they stood may have been compacted. They are for your information: nobody says them now, and they need no answer.`;
const END = `</${TAG}>`;
const GAP = '\n\n';
const MAX_TITLE_CHARS = 60;
/** The most that stands before one anchor's text, in characters. */
const MAX_HEADING_CHARS = 200;
/** Characters of a block without anchors, and the most around each of them. */
const EMPTY_CHARS = BEGIN.length + 1 + END.length;
const AROUND_CHARS = GAP.length + MAX_HEADING_CHARS + 1;

/** Where an anchor comes from, as the agent of a session is told. */
export interface Origin {
  /** It is this agent's own conversation. */
  readonly own: boolean;
  readonly title: string;
}

/** Anchors that are injected at all, of these: the person's own choice first, then those that were made by themselves; pins never. */
function byRight(anchors: readonly Anchor[]): Anchor[] {
  return (['promoted', 'auto'] as const).flatMap((kind) => anchors.filter((anchor) => anchor.kind === kind));
}

/**
 * The anchors that go with a run, of a project's in their order: as many as the budget holds, whole. One that is too large is passed over,
 * and smaller ones after it may still go. Null when none goes. The block with all its words is within the budget.
 */
export function anchorBlock(
  anchors: readonly Anchor[],
  budgetTokens: number,
  originOf: (anchor: Anchor) => Origin,
): AnchorBlock | null {
  const chosen = new Set<Anchor>();
  // By the longest heading: which ones go does not depend on who is told.
  let room = roomBeside([], budgetTokens);
  for (const anchor of byRight(anchors)) {
    if (chosen.size === MAX_INJECTED_ANCHORS) break;
    const chars = escapedChars(anchor.text);
    if (chars > room) continue;
    room -= chars + AROUND_CHARS;
    chosen.add(anchor);
  }
  return blockOf(anchors.filter((anchor) => chosen.has(anchor)).map((anchor) => pieceOf(anchor, originOf(anchor))));
}

/** The part of a block that an agent lacks. */
export function blockWithout(
  anchors: readonly Anchor[],
  block: AnchorBlock | null,
  has: (anchor: Anchor) => boolean,
  originOf: (anchor: Anchor) => Origin,
): AnchorBlock | null {
  const ids = new Set(block?.ids);
  const missing = anchors.filter((anchor) => ids.has(anchor.id) && !has(anchor));
  return blockOf(missing.map((anchor) => pieceOf(anchor, originOf(anchor))));
}

/** Characters that one more anchor may have so that it surely fits beside those of `used` characters each. */
export function roomBeside(used: readonly number[], budgetTokens: number): number {
  const taken = used.reduce((sum, chars) => sum + chars + AROUND_CHARS, 0);
  return budgetTokens * CHARS_PER_TOKEN - EMPTY_CHARS - taken - AROUND_CHARS;
}

/** An anchor's characters as it stands in a block. */
export function escapedChars(text: string): number {
  return escaped(text).length;
}

interface Piece {
  readonly id: string;
  readonly text: string;
}

function blockOf(pieces: readonly Piece[]): AnchorBlock | null {
  if (pieces.length === 0) return null;
  const text = `${[BEGIN, ...pieces.map((piece) => piece.text)].join(GAP)}\n${END}`;
  return { ids: pieces.map(({ id }) => id), tokens: estimateTokens(text), text };
}

function pieceOf(anchor: Anchor, { own, title }: Origin): Piece {
  const where = own ? 'this conversation' : `the conversation ${JSON.stringify(shortened(title))}`;
  return { id: anchor.id, text: `[Turn ${anchor.turn + 1} of ${escaped(where)}]\n${escaped(anchor.text)}` };
}

function shortened(title: string): string {
  const line = title.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  const short = line.length <= MAX_TITLE_CHARS ? line : `${line.slice(0, MAX_TITLE_CHARS - 1)}…`;
  return short.replace(/[\ud800-\udbff](?![\udc00-\udfff])/g, '') || 'without a title';
}

/** Nothing that was said can end the block, or look as if another began. */
function escaped(text: string): string {
  return text.replace(new RegExp(`<(?=/?\\s*${TAG})`, 'gi'), '&lt;');
}
