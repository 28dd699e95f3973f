/** What an editor does not keep of a text: it is put back when the file is written. */
export interface TextShape {
  readonly lineEnd: '\n' | '\r\n' | '\r';
  /** It begins with a byte order mark. */
  readonly bom: boolean;
}

/** Lines looked at to tell how a file is indented. */
const LOOKED_AT = 2_000;

/**
 * The lines of a file and its shape. A text whose line ends differ is split at LF alone, and each CR stays where it is: what was not touched is
 * written as it was.
 */
export function takeApart(content: string): { readonly lines: string[]; readonly shape: TextShape } {
  const bom = content.startsWith('\uFEFF');
  const text = bom ? content.slice(1) : content;
  const all = text.match(/\r\n|\n|\r/g) ?? [];
  const [first] = all;
  const isOne = all.every((end) => end === first);
  const lineEnd = first !== undefined && isOne ? (first as TextShape['lineEnd']) : '\n';
  return { lines: text.split(lineEnd), shape: { lineEnd, bom } };
}

/** The content to write. `text` has its lines apart by LF. */
export function putTogether(text: string, { lineEnd, bom }: TextShape): string {
  return (bom ? '\uFEFF' : '') + (lineEnd === '\n' ? text : text.replaceAll('\n', lineEnd));
}

/** The unit by which a file is indented: a tab, or so many spaces. Null when it has no indented lines. */
export function indentOf(lines: Iterable<string>): string | null {
  const steps = new Map<string, number>();
  let before = 0;
  let seen = 0;
  for (const line of lines) {
    if (++seen > LOOKED_AT) break;
    if (line.trim() === '') continue;
    const white = /^[\t ]*/.exec(line)?.[0] ?? '';
    if (white.startsWith('\t')) count(steps, '\t');
    else if (!/^ \*/.test(line)) {
      const step = white.length - before;
      if (step === 2 || step === 4 || step === 8 || step === 3) count(steps, ' '.repeat(step));
    }
    before = white.startsWith('\t') ? before : white.length;
  }
  const [best] = [...steps].sort((a, b) => b[1] - a[1]);
  return best?.[0] ?? null;
}

function count(steps: Map<string, number>, unit: string): void {
  steps.set(unit, (steps.get(unit) ?? 0) + 1);
}
