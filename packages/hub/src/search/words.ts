import { TAG_MARK } from './docs.ts';

/** A word as the index has it: letters and digits, with the marks on them. */
const WORD = /[\p{L}\p{N}\p{Co}][\p{L}\p{N}\p{Co}\p{M}]*/gu;
/** Words and phrases of one query; more are left out. */
const MAX_TERMS = 16;

/** What has to stand in a document: these words beside each other; of the last one the beginning, where `prefix`. */
export interface Term {
  readonly words: readonly string[];
  readonly prefix: boolean;
}

/** As the index folds a word: without accents, in small letters. */
export function fold(word: string): string {
  return word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Folded so that every character stays where it was; null when that cannot be, as with accents that are characters of their own. */
export function foldInPlace(text: string): string | null {
  const folded = text.replace(/[^\0-\x7f]/gu, (letter) => fold(letter)).toLowerCase();
  return folded.length === text.length && !/\p{M}/u.test(folded) ? folded : null;
}

/** What ends so is the inside of a word. */
export const WITHIN_WORD = /[\p{L}\p{N}\p{Co}\p{M}]$/u;

export function* wordsIn(
  text: string,
  from = 0,
): Generator<{ readonly word: string; readonly at: number; readonly end: number }> {
  const pattern = new RegExp(WORD);
  pattern.lastIndex = from;
  for (let match = pattern.exec(text); match; match = pattern.exec(text))
    yield { word: fold(match[0]), at: match.index, end: match.index + match[0].length };
}

/**
 * What a person typed: words, each of which must be there, and "phrases". The last word may be unfinished, unless something follows it.
 * Any text is fine; one without a letter or digit gives no term.
 */
export function termsOf(text: string): Term[] {
  const terms: Term[] = [];
  for (const match of text.replaceAll(TAG_MARK, ' ').matchAll(/"([^"]*)("|$)|[^\s"]+/g)) {
    const quoted = match[1] !== undefined;
    const words = [...wordsIn(match[1] ?? match[0])].map(({ word }) => word);
    const ends = match.index + match[0].length === text.length;
    const prefix = ends && (!quoted || match[2] === '') && /[\p{L}\p{N}\p{M}\p{Co}]$/u.test(match[0]);
    if (words.length > 0) terms.push({ words, prefix });
  }
  return withoutFirstLetter(terms.slice(0, MAX_TERMS));
}

/**
 * The first letter of a word after others says nothing yet, for in every message is a word that begins with it; to look them all up is the
 * dearest question of all. Of scripts in which a word may be one character it says much.
 */
function withoutFirstLetter(terms: readonly Term[]): Term[] {
  const last = terms.at(-1);
  const letter = last?.words.at(-1) ?? '';
  if (!last?.prefix || !/^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}]$/u.test(letter)) return [...terms];
  if (last.words.length > 1) return [...terms.slice(0, -1), { words: last.words.slice(0, -1), prefix: false }];
  return terms.length > 1 ? terms.slice(0, -1) : [last];
}

/** The words of an FTS5 expression, to mark them in what was found. */
export function termsOfExpression(text: string): Term[] {
  const plain = text.replace(/\bNEAR\s*\(|\b(?:AND|OR|NOT)\b|,\s*\d+\s*\)/g, ' ');
  return [...plain.matchAll(/"([^"]*)"\s*(\*?)|([^\s"()^*+{}:,]+)(\*?)/g)]
    .map((match) => ({
      words: [...wordsIn(match[1] ?? match[3] ?? '')].map(({ word }) => word),
      prefix: match[2] === '*' || match[4] === '*',
    }))
    .filter(({ words }) => words.length > 0)
    .slice(0, MAX_TERMS);
}

/** As FTS5 reads it. The words hold letters and digits only, and stand in quotes: nothing in them is syntax. */
export function matchOf(terms: readonly Term[]): string {
  return terms.map(({ words, prefix }) => `"${words.join(' ')}"${prefix ? '*' : ''}`).join(' AND ');
}
