/** Lines that a page can stack before the browser's own limit on heights. */
export const MAX_LINES = 500_000;
/** Characters of a line that are shown; one line of megabytes (minified code) would hold up the page. */
export const MAX_LINE_CHARS = 10_000;

export interface TextLines {
  lines: readonly string[];
  /** What is left out, in words; null when everything is there. */
  left: string | null;
}

/** A file's text as lines that can be shown. A final line break ends the last line and begins no other. */
export function textLines(text: string): TextLines {
  const all = text.split(/\r\n|\n|\r/);
  if (all.length > 1 && all.at(-1) === '') all.pop();
  const isLong = all.length > MAX_LINES;
  let cut = 0;
  const lines = (isLong ? all.slice(0, MAX_LINES) : all).map((line) => {
    if (line.length <= MAX_LINE_CHARS) return line;
    cut += 1;
    return `${line.slice(0, MAX_LINE_CHARS)} … ${(line.length - MAX_LINE_CHARS).toLocaleString('en')} more characters`;
  });
  const left = [
    isLong ? `the first ${MAX_LINES.toLocaleString('en')} of ${all.length.toLocaleString('en')} lines are shown` : null,
    cut > 0
      ? `${cut === 1 ? 'one line is' : `${cut} lines are`} cut at ${MAX_LINE_CHARS.toLocaleString('en')} characters`
      : null,
  ].filter((part) => part !== null);
  return { lines, left: left.length > 0 ? left.join('; ') : null };
}
