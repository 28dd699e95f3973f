import type { SnippetPart } from '@agor/protocol';
import { foldInPlace, type Term, WITHIN_WORD, wordsIn } from './words.ts';

/** About so much of the text is shown, and so much of it before the first hit. */
const LENGTH = 240;
const BEFORE = 60;
/** Hits among which the best place is sought. */
const MAX_HITS = 200;

interface Hit {
  readonly at: number;
  readonly end: number;
  readonly term: number;
}

/** The place where most of the terms stand together, in parts of which some are marked. Plain text: whoever shows it escapes nothing. */
export function snippetOf(text: string, terms: readonly Term[]): SnippetPart[] {
  const hits = hitsIn(text, terms);
  const start = bestStart(hits);
  const from = cutAt(text, Math.max(0, start - BEFORE), 1);
  const to = cutAt(text, Math.min(text.length, from + LENGTH), -1);
  const parts: SnippetPart[] = [];
  const add = (piece: string, hit: boolean): void => {
    if (piece !== '') parts.push({ text: piece.replace(/\s+/g, ' '), hit });
  };
  let at = from;
  for (const hit of hits) {
    if (hit.at < at || hit.end > to) continue;
    add(text.slice(at, hit.at), false);
    add(text.slice(hit.at, hit.end), true);
    at = hit.end;
  }
  add(text.slice(at, to), false);
  const [first] = parts;
  if (from > 0 && first) parts[0] = { ...first, text: `…${first.text}` };
  const last = parts.at(-1);
  if (to < text.length && last) parts[parts.length - 1] = { ...last, text: `${last.text}…` };
  return parts;
}

function hitsIn(text: string, terms: readonly Term[]): Hit[] {
  const folded = foldInPlace(text);
  const hits = folded === null ? hitsByWord(text, terms) : hitsByPlace(text, folded, terms);
  return hits.sort((a, b) => a.at - b.at || b.end - a.end);
}

/** Looks only where a term's first word begins: a long output has ten thousand words, and a page of results thirty of them. */
function hitsByPlace(text: string, folded: string, terms: readonly Term[]): Hit[] {
  const hits: Hit[] = [];
  for (const [index, term] of terms.entries()) {
    const [first = ''] = term.words;
    const most = hits.length + MAX_HITS;
    for (let at = folded.indexOf(first); at >= 0 && hits.length < most; at = folded.indexOf(first, at + 1)) {
      if (WITHIN_WORD.test(text.slice(Math.max(0, at - 2), at))) continue;
      const end = endOf(term, text, at);
      if (end !== null) hits.push({ at, end, term: index });
    }
  }
  return hits;
}

/** Where a term that begins here ends; null when it is not here. */
function endOf(term: Term, text: string, at: number): number | null {
  const found: string[] = [];
  for (const { word, end } of wordsIn(text, at)) {
    found.push(word);
    if (found.length === term.words.length) return fits(term, found) ? end : null;
  }
  return null;
}

/** For a text in which a letter is more or fewer characters than its folded form: all its words, one by one. */
function hitsByWord(text: string, terms: readonly Term[]): Hit[] {
  const hits: Hit[] = [];
  const longest = Math.max(1, ...terms.map(({ words }) => words.length));
  const last: { word: string; at: number; end: number }[] = [];
  for (const word of wordsIn(text)) {
    last.push(word);
    if (last.length > longest) last.shift();
    terms.forEach((term, index) => {
      const first = last[last.length - term.words.length];
      if (
        first &&
        fits(
          term,
          last.slice(last.length - term.words.length).map((one) => one.word),
        )
      )
        hits.push({ at: first.at, end: word.end, term: index });
    });
    if (hits.length >= MAX_HITS) break;
  }
  return hits;
}

function fits({ words, prefix }: Term, found: readonly string[]): boolean {
  return words.every((word, i) =>
    prefix && i === words.length - 1 ? found[i]?.startsWith(word) === true : found[i] === word,
  );
}

function bestStart(hits: readonly Hit[]): number {
  let best = { at: hits[0]?.at ?? 0, terms: 0 };
  for (const [i, { at }] of hits.entries()) {
    const terms = new Set<number>();
    for (let j = i; j < hits.length && (hits[j]?.end ?? 0) <= at + LENGTH - BEFORE; j++) terms.add(hits[j]?.term ?? 0);
    if (terms.size > best.terms) best = { at, terms: terms.size };
  }
  return best.at;
}

/** Not within a word, where one ends near, and never within a character. */
function cutAt(text: string, at: number, step: 1 | -1): number {
  if (at <= 0 || at >= text.length) return at;
  for (let i = 0; i < 20; i++) {
    const place = at + i * step;
    if (/\s/.test(text[place] ?? ' ')) return place;
  }
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at + 1 : at;
}
