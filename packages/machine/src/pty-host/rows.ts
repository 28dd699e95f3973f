import type { Pen } from './pen.ts';
import { CODEPOINT, COLOR_MODE, type CoreBuffer, type CoreLine, IS_COMBINED, RGB, WIDTH_SHIFT } from './xterm-core.ts';

/** All lines of a buffer, its scrollback first, as output that draws them on an empty screen of the same size, from its upper left corner. */
export function drawRows(buffer: CoreBuffer, cols: number, pen: Pen): string {
  const parts: string[] = [];
  for (let y = 0; y < buffer.lines.length; y++) {
    const line = buffer.lines.get(y);
    // Beyond its length the list begins anew.
    const next = y + 1 < buffer.lines.length ? buffer.lines.get(y + 1) : undefined;
    if (!line) continue;
    const row = new Row(line, cols, pen);
    parts.push(row.draw());
    if (next) parts.push(next.isWrapped ? row.wrapInto(next) : `${pen.plain()}\r\n`);
  }
  return parts.join('');
}

class Row {
  /** Where the cursor is after what was drawn. */
  #x = 0;

  constructor(
    private readonly line: CoreLine,
    private readonly cols: number,
    private readonly pen: Pen,
  ) {}

  draw(): string {
    const { line, cols } = this;
    let out = '';
    for (let x = 0; x < cols; x++) {
      if (isSecondHalf(line, x)) continue;
      if (isBlank(line, x)) out += this.#colored(x);
      else out += this.#moveTo(x) + this.#character(x);
    }
    return out;
  }

  /** Goes on to the next line as one that was wrapped: only printing beyond the edge makes one. */
  wrapInto(next: CoreLine): string {
    const { cols, pen } = this;
    const nextWidth = (next._data[0] ?? 0) >>> WIDTH_SHIFT;
    // A line that is scrolled in by the wrap takes the background of what wraps.
    const isPlain = ((next._data[2] ?? 0) & COLOR_MODE) === 0;
    // A wide character leaves its attributes in the last column, too narrow for it, where it wraps.
    const leavesNothing = next._data[1] === 0 && next._data[2] === 0;
    const reachesOver = this.#x === cols || (this.#x === cols - 1 && nextWidth === 2 && leavesNothing);
    const wrapsByItself = !isBlank(next, 0) && isPlain && reachesOver;
    if (wrapsByItself) return '';
    const last = cols - 1;
    const lastIsBlank = isBlank(this.line, last);
    // Something in the last column, if nothing is, and something in the next line; then both are wiped away again.
    // The pen writes what has changed since it was asked last: asked in the order in which it is drawn.
    const fill = this.#x === cols ? '' : `\x1b[${cols}G${pen.plain()} `;
    const wrap = `${pen.plain()} `;
    const wipe = lastIsBlank ? `\x1b[A\x1b[${cols}G${this.#background(last)}\x1b[X\x1b[B` : '';
    return `${fill}${wrap}${wipe}\r${pen.plain()}\x1b[X`;
  }

  #character(x: number): string {
    const { line, pen } = this;
    const content = line._data[x * 3] ?? 0;
    this.#x = x + Math.max(1, content >>> WIDTH_SHIFT);
    return pen.set(line._data[x * 3 + 1] ?? 0, line._data[x * 3 + 2] ?? 0, line._extendedAttrs[x]) + charsAt(line, x);
  }

  /** An erased cell has a background at most. It is erased with it, once for a run of the same. */
  #colored(x: number): string {
    const { line, cols } = this;
    const bg = line._data[x * 3 + 2] ?? 0;
    const isSame = (at: number) => isBlank(line, at) && (line._data[at * 3 + 2] ?? 0) === bg;
    if ((bg & COLOR_MODE) === 0 || (x > 0 && isSame(x - 1))) return '';
    let end = x + 1;
    while (end < cols && isSame(end)) end++;
    const move = this.#moveTo(x);
    return `${move}${this.#background(x)}\x1b[${end - x}X`;
  }

  #background(x: number): string {
    return this.pen.set(0, (this.line._data[x * 3 + 2] ?? 0) & (COLOR_MODE | RGB), undefined);
  }

  #moveTo(x: number): string {
    if (x === this.#x) return '';
    this.#x = x;
    return `\x1b[${x + 1}G`;
  }
}

/** The text of a cell, a space when there is none. */
export function charsAt(line: CoreLine, x: number): string {
  const content = line._data[x * 3] ?? 0;
  if (content & IS_COMBINED) return line._combined[x] ?? ' ';
  return content & CODEPOINT ? String.fromCodePoint(content & CODEPOINT) : ' ';
}

/** Nothing was printed there, or it was erased. With attributes that show without a character, it is drawn as a space instead. */
function isBlank(line: CoreLine, x: number): boolean {
  const content = line._data[x * 3] ?? 0;
  if ((content & (CODEPOINT | IS_COMBINED)) !== 0 || isSecondHalf(line, x)) return false;
  const bg = line._data[x * 3 + 2] ?? 0;
  return line._data[x * 3 + 1] === 0 && (bg & ~(COLOR_MODE | RGB)) === 0;
}

/** Of a wide character. One whose first half was overwritten is a cell like any other. */
function isSecondHalf(line: CoreLine, x: number): boolean {
  return (
    (line._data[x * 3] ?? 0) >>> WIDTH_SHIFT === 0 && x > 0 && (line._data[(x - 1) * 3] ?? 0) >>> WIDTH_SHIFT === 2
  );
}
