import { Pen } from './pen.ts';
import { charsAt, drawRows } from './rows.ts';
import { type Charset, type CoreBuffer, type TerminalCore, WIDTH_SHIFT } from './xterm-core.ts';

export interface ScreenSource {
  readonly core: TerminalCore;
  readonly cols: number;
  readonly rows: number;
  readonly title: string;
  /** xterm keeps it among its options, but a program sets it (LNM). */
  readonly convertsEol: boolean;
}

const TAB_WIDTH = 8;
const MOUSE_PROTOCOLS: Readonly<Record<string, number>> = { X10: 9, VT200: 1000, DRAG: 1002, ANY: 1003 };
const MOUSE_ENCODINGS: Readonly<Record<string, number>> = { SGR: 1006, SGR_PIXELS: 1016 };
const CURSOR_STYLES = { block: 1, underline: 3, bar: 5 } as const;

/**
 * The whole state of a terminal as output: whatever terminal of that size gets it looks the same and goes on the same way. Begins with a
 * reset. Not in it, because the headless terminal does not keep them: changed palette colours, and national character sets but the British one.
 */
export function drawScreen(source: ScreenSource): string {
  const { core, title } = source;
  const { normal, alt, active } = core.buffers;
  const pen = new Pen(core._oscLinkService);
  const parts = ['\x1bc', drawBuffer(source, normal, pen)];
  if (active === alt) {
    // Not 1049, which would save the cursor once more, here.
    parts.push(`${pen.plain()}\x1b[?1047h\x1b[H`, drawBuffer(source, alt, pen));
  }
  if (title !== '') parts.push(`\x1b]2;${title}\x1b\\`);
  parts.push(modes(source), cursor(source, active, pen), charsets(core), lateModes(core));
  return parts.join('');
}

/** A buffer's lines, its tab stops, the cursor that it saved, its scroll region. */
function drawBuffer({ cols, rows }: ScreenSource, buffer: CoreBuffer, pen: Pen): string {
  const { savedX, savedY, savedCurAttrData: saved, savedCharset, ybase, scrollTop, scrollBottom } = buffer;
  const charset = designate(0, savedCharset);
  const save = (row: number) =>
    `\x1b[${row + 1};${Math.min(savedX, cols - 1) + 1}H${pen.setToSaved(saved)}${charset}\x1b7${charset && '\x1b(B'}${pen.plain()}`;
  // xterm keeps the row as one of the whole buffer: what was saved before anything scrolled, must be saved before anything scrolls.
  const isBefore = savedY < Math.min(ybase, rows);
  const before = isBefore ? `${save(savedY)}\x1b[H` : '';
  const drawn = drawRows(buffer, cols, pen);
  const after = isBefore ? '' : save(Math.min(Math.max(savedY - ybase, 0), rows - 1));
  const region = scrollTop === 0 && scrollBottom === rows - 1 ? '' : `\x1b[${scrollTop + 1};${scrollBottom + 1}r`;
  return before + drawn + tabStops(buffer, cols) + region + after;
}

function tabStops({ tabs }: CoreBuffer, cols: number): string {
  const stops = Object.keys(tabs).flatMap((x) => (tabs[Number(x)] && Number(x) < cols ? [Number(x)] : []));
  const isUsual = stops.length === Math.ceil(cols / TAB_WIDTH) && stops.every((x) => x % TAB_WIDTH === 0);
  return isUsual ? '' : `\x1b[3g${stops.map((x) => `\x1b[${x + 1}G\x1bH`).join('')}`;
}

/** Those that change nothing of how the rest is drawn. */
function modes({ core, convertsEol }: ScreenSource): string {
  const { decPrivateModes: dec, isCursorHidden } = core.coreService;
  const { activeProtocol, activeEncoding } = core.coreMouseService;
  const set: (number | undefined)[] = [
    dec.applicationCursorKeys ? 1 : undefined,
    dec.applicationKeypad ? 66 : undefined,
    dec.bracketedPasteMode ? 2004 : undefined,
    dec.sendFocus ? 1004 : undefined,
    dec.reverseWraparound ? 45 : undefined,
    MOUSE_PROTOCOLS[activeProtocol],
    MOUSE_ENCODINGS[activeEncoding],
  ];
  const numbers = set.filter((mode) => mode !== undefined);
  const style = dec.cursorStyle ? `\x1b[${CURSOR_STYLES[dec.cursorStyle] + (dec.cursorBlink ? 0 : 1)} q` : '';
  return [
    numbers.length > 0 ? `\x1b[?${numbers.join(';')}h` : '',
    isCursorHidden ? '\x1b[?25l' : '\x1b[?25h',
    convertsEol ? '\x1b[20h' : '',
    style,
  ].join('');
}

/**
 * Puts the cursor where it is. Beyond the last column it gets only by printing there; and a character that may yet get an accent is printed
 * once more, as the last thing.
 */
function cursor({ core, cols }: ScreenSource, buffer: CoreBuffer, pen: Pen): string {
  const { _curAttrData: now, _parser: parser } = core._inputHandler;
  const { origin } = core.coreService.decPrivateModes;
  const { x, y, ybase, scrollTop } = buffer;
  const line = buffer.lines.get(ybase + y);
  const begin = `${origin ? '\x1b[?6h' : ''}\x1b[${origin ? y - scrollTop + 1 : y + 1}`;
  if (!line || x === 0 || (x < cols && parser.precedingJoinState === 0)) {
    return `${begin};${x + 1}H${pen.setTo(now)}`;
  }
  const isWide = (line._data[(x - 1) * 3] ?? 0) >>> WIDTH_SHIFT === 0;
  const at = isWide && x > 1 ? x - 2 : x - 1;
  const attrs = pen.set(line._data[at * 3 + 1] ?? 0, line._data[at * 3 + 2] ?? 0, line._extendedAttrs[at]);
  return `${begin};${at + 1}H${attrs}${charsAt(line, at)}${pen.setTo(now)}`;
}

/** They would change what is printed, so they come after it. */
function charsets({ _charsetService: { charset, glevel, _charsets } }: TerminalCore): string {
  const slots = [0, 1, 2, 3].map((g) => designate(g, g === glevel ? charset : _charsets[g]));
  return slots.join('') + (['', '\x0e', '\x1bn', '\x1bo'][glevel] ?? '');
}

function designate(slot: number, set: Charset | undefined): string {
  if (!set) return '';
  const name = set.q === '\u2500' ? '0' : set['#'] === '£' ? 'A' : '';
  return name && `\x1b${'()*+'[slot]}${name}`;
}

function lateModes({ coreService }: TerminalCore): string {
  return `${coreService.decPrivateModes.wraparound ? '' : '\x1b[?7l'}${coreService.modes.insertMode ? '\x1b[4h' : ''}`;
}
