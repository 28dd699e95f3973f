import { visible } from '../../ui/visible.ts';

/** A stretch of terminal output with one look. Colours are token names or, for the large palettes, `rgb(…)`. */
export interface AnsiSpan {
  readonly text: string;
  readonly color?: string;
  readonly background?: string;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
}
type Look = { -readonly [Key in keyof Omit<AnsiSpan, 'text'>]: AnsiSpan[Key] };

const NAMES = ['surface1', 'red', 'green', 'yellow', 'blue', 'mauve', 'teal', 'subtext1'];
const BRIGHT = ['overlay1', 'red', 'green', 'yellow', 'blue', 'mauve', 'teal', 'text'];
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of control characters
const SEQUENCE = /\x1b\[([0-9;:]*)([A-Za-z@`])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[PX^_][^\x1b]*(?:\x1b\\)?|\x1b./g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what is left of them must not reach the page
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/** Output of a program in stretches of one look. Escape sequences that are no colours are left out. */
export function parseAnsi(output: string): AnsiSpan[] {
  const text = overwrite(output);
  if (!text.includes('\x1b')) return [{ text: clean(text) }];
  const spans: AnsiSpan[] = [];
  let look: Look = {};
  let at = 0;
  const put = (piece: string) => {
    const text = clean(piece);
    if (text) spans.push({ text, ...look });
  };
  for (const match of text.matchAll(SEQUENCE)) {
    put(text.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[2] === 'm') look = styled(look, (match[1] ?? '').split(/[;:]/).map(Number));
  }
  put(text.slice(at));
  return spans;
}

/** The output without any escape sequence. */
export function stripAnsi(output: string): string {
  return clean(overwrite(output).replace(SEQUENCE, ''));
}

const clean = (text: string) => visible(text.replace(CONTROLS, ''));

/** A carriage return writes over its line: of a progress bar only the last state is kept. */
function overwrite(text: string): string {
  const lines = text.replaceAll('\r\n', '\n');
  return lines.includes('\r') ? lines.replace(/^[^\n]*\r(?=[^\n])/gm, '').replaceAll('\r', '') : lines;
}

function styled(before: Look, codes: readonly number[]): Look {
  let look = { ...before };
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 0) for (const key of Object.keys(look)) delete look[key as keyof Look];
    else if (code === 1) look.bold = true;
    else if (code === 2) look.dim = true;
    else if (code === 3) look.italic = true;
    else if (code === 4) look.underline = true;
    else if (code === 22) look = { ...look, bold: undefined, dim: undefined };
    else if (code === 23) delete look.italic;
    else if (code === 24) delete look.underline;
    else if (code >= 30 && code <= 37) look.color = NAMES[code - 30];
    else if (code >= 90 && code <= 97) look.color = BRIGHT[code - 90];
    else if (code === 39) delete look.color;
    else if (code >= 40 && code <= 47) look.background = NAMES[code - 40];
    else if (code >= 100 && code <= 107) look.background = BRIGHT[code - 100];
    else if (code === 49) delete look.background;
    else if (code === 38 || code === 48) {
      const [color, used] = largeColor(codes.slice(at + 1));
      at += used;
      if (color) look[code === 38 ? 'color' : 'background'] = color;
    }
  }
  return look;
}

/** `5;n` of 256 colours or `2;r;g;b`. Returns the colour and how many codes it took. */
function largeColor(codes: readonly number[]): [string | null, number] {
  const [mode, a = 0, b = 0, c = 0] = codes;
  if (mode === 2) return [rgb(a, b, c), 4];
  if (mode !== 5) return [null, 0];
  if (a < 8) return [NAMES[a] ?? null, 2];
  if (a < 16) return [BRIGHT[a - 8] ?? null, 2];
  if (a > 231) return [rgb(...(Array(3).fill(8 + (a - 232) * 10) as [number, number, number])), 2];
  const level = (n: number) => (n === 0 ? 0 : 55 + n * 40);
  const cube = a - 16;
  return [rgb(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)), 2];
}

function rgb(r: number, g: number, b: number): string {
  const byte = (n: number) => Math.min(255, Math.max(0, Math.round(n) || 0));
  return `rgb(${byte(r)} ${byte(g)} ${byte(b)})`;
}
