// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal sequences begin and end with them.
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_])/g;
/** Control characters but tab and line end; marks that turn the direction of text; what has no place in Unicode text. */
const UNSEEN =
  /[\p{Cc}\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

/** A text in which nothing happens unseen: no terminal sequence, no turned direction, no control character. */
export function visible(text: string): string {
  return text
    .replace(ANSI, '')
    .replace(/\r\n?/g, '\n')
    .replace(UNSEEN, (char) => {
      if (char === '\n' || char === '\t') return char;
      return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
    });
}

/** `2026-01-31 12:00` in UTC: the same for whoever exports. */
export function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
