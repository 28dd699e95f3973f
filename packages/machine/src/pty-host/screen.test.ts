import { expect, setDefaultTimeout, test } from 'bun:test';
import type { PtySize } from '@agor/protocol';
import fc from 'fast-check';
import { newHeadless } from './headless.ts';
import { drawScreen } from './screen.ts';
import { Twin } from './twin.ts';
import type { Attributes, CoreBuffer, CoreLine, TerminalCore } from './xterm-core.ts';

setDefaultTimeout(120_000); // for a loaded computer

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

/** xterm leaves an earlier colour's bits beside the number of a palette colour. */
function colorOf(value: number): string {
  const mode = value & 0x3000000;
  const color = mode === 0x3000000 ? value & 0xffffff : mode === 0 ? 0 : value & 0xff;
  return (((value & ~0xffffff) | color) >>> 0).toString(16);
}

/** Everything that a person or a program could notice. */
function stateOf(core: TerminalCore): unknown {
  const { normal, alt, active } = core.buffers;
  const { coreService, coreMouseService, _charsetService, _inputHandler } = core;
  return {
    active: active === alt ? 'alt' : 'normal',
    cursor: [active.x, active.y],
    attributes: attributesOf(_inputHandler._curAttrData),
    normal: bufferOf(normal),
    alt: active === alt ? bufferOf(alt) : null,
    modes: { ...coreService.modes, ...coreService.decPrivateModes, synchronizedOutput: null },
    hidden: coreService.isCursorHidden,
    mouse: [coreMouseService.activeProtocol, coreMouseService.activeEncoding],
    charset: [_charsetService.glevel, _charsetService.charset?.q ?? null],
  };

  function bufferOf(buffer: CoreBuffer): unknown {
    const cols = (buffer.lines.get(0)?._data.length ?? 3) / 3;
    return {
      lines: Array.from({ length: buffer.lines.length }, (_, y) => lineOf(buffer.lines.get(y) as CoreLine, y)),
      ybase: buffer.ybase,
      saved: [
        Math.min(buffer.savedX, cols - 1),
        buffer.savedCharset?.q ?? null,
        Math.max(0, buffer.savedY - buffer.ybase),
        savedAttributesOf(buffer.savedCurAttrData),
      ],
      region: [buffer.scrollTop, buffer.scrollBottom],
      tabs: Object.keys(buffer.tabs).filter((x) => buffer.tabs[Number(x)] && Number(x) < cols),
    };
  }
  function attributesOf({ fg, bg, extended }: Attributes): unknown {
    return [colorOf(seenFg(fg, bg, extended)), colorOf(bg & ~0x10000000), bg & 0x10000000 ? extOf(extended) : 0];
  }
  /** What a restore brings back. */
  function savedAttributesOf({ fg, bg }: Attributes): unknown {
    return [colorOf(fg), colorOf(bg & ~0x10000000)];
  }
  /** Marked as underlined, with a style that is none, is not underlined. */
  function seenFg(fg: number, bg: number, extended: Attributes['extended'] | undefined): number {
    return bg & 0x10000000 && extended && ((extended._ext >>> 26) & 7) === 0 ? fg & ~0x10000000 : fg;
  }
  function extOf(extended: Attributes['extended'] | undefined): unknown {
    if (!extended) return 0;
    const link = extended.urlId ? core._oscLinkService.getLinkData(extended.urlId) : undefined;
    // The address of a link is forgotten with its first line.
    return (extended._ext & 0x1fffffff) === 0 && !link ? 0 : [extended._ext & 0x1fffffff, link?.uri ?? ''];
  }
  function lineOf(line: CoreLine, y: number): string {
    const cells: string[] = [];
    for (let x = 0; x < line._data.length / 3; x++) {
      const [content = 0, fg = 0, bg = 0] = line._data.subarray(x * 3, x * 3 + 3);
      const isBlank = (content & 0x3fffff) === 0;
      const showsNothing = fg === 0 && (bg & ~0x3ffffff) === 0;
      // A blank cell whose attributes show is a space to anyone who looks.
      const chars =
        content & 0x200000
          ? line._combined[x]
          : content & 0x1fffff || (isBlank && !showsNothing && content >>> 22 ? 32 : 0);
      const ext = bg & 0x10000000 ? extOf(line._extendedAttrs[x]) : 0;
      const isOrphan = content >>> 22 === 0 && (x === 0 || (line._data[(x - 1) * 3] ?? 0) >>> 22 !== 2);
      cells.push(
        `${isOrphan && !showsNothing ? 32 : chars}/${isOrphan ? 1 : content >>> 22}/${colorOf(seenFg(fg, bg, line._extendedAttrs[x]))}/${colorOf(bg & ~0x10000000)}/${JSON.stringify(ext)}`,
      );
    }
    return `${line.isWrapped && y > 0 ? '+' : ' '}${cells.join(' ').replace(/( 0\/1\/0\/0\/0)+$/, '')}`;
  }
}

/** The cursor beyond the last column of a line whose end was erased since: another terminal can have it there only with a space. */
function isBeyondNothing(core: TerminalCore): boolean {
  const { x, y, ybase, lines } = core.buffers.active;
  const line = lines.get(ybase + y);
  return (
    line !== undefined &&
    x * 3 === line._data.length &&
    ((line._data.at(-3) ?? 0) & 0x3fffff) === 0 &&
    (line._data.at(-3) ?? 0) >>> 22 !== 0
  );
}

/** xterm restores a cursor's character set beside the slots; the slots of another terminal are set so that the text is the same. */
function hasUsualCharset({ _charsetService: { charset, glevel, _charsets } }: TerminalCore): boolean {
  return charset === _charsets[glevel];
}

/** A restored cursor that is marked as underlined, after the style of its underline was reset: only a restore brings another terminal there. */
function isHalfUnderlined({ _inputHandler: { _curAttrData: now } }: TerminalCore): boolean {
  return (now.fg & 0x10000000) !== 0 && ((now.extended._ext >>> 26) & 7) === 0;
}

/** The first line of all goes on from one that is gone: output brings no other terminal there. */
function beginsInMidLine({ buffers: { normal, alt } }: TerminalCore): boolean {
  return [normal, alt].some(({ lines }) => lines.get(0)?.isWrapped === true);
}

/** The cursor was saved on a line that scrolled away since, after others had: only clearing the scrollback brings it back. */
function savedAmongTheGone({ buffers: { normal } }: TerminalCore): boolean {
  return normal.savedY < normal.ybase && normal.savedY >= normal.lines.length - normal.ybase;
}

/** What comes next may be drawn differently on another terminal, by what output can't bring it to. */
function hasUnreachableState(core: TerminalCore): boolean {
  return isHalfUnderlined(core) || beginsInMidLine(core) || savedAmongTheGone(core);
}

function redrawn(source: ReturnType<typeof newHeadless>, size: PtySize): TerminalCore {
  const { terminal, core } = source;
  const screen = drawScreen({ core, ...size, title: '', convertsEol: terminal.options.convertEol === true });
  const copy = newHeadless(size);
  copy.core.writeSync(screen);
  return copy.core;
}

function expectSameScreen(output: string, size: PtySize = { cols: 20, rows: 5 }): void {
  const source = newHeadless(size);
  source.core.writeSync(output);
  expect(stateOf(redrawn(source, size))).toEqual(stateOf(source.core));
}

test.each([
  ['plain lines with scrollback', 'one\r\ntwo\r\nthree\r\nfour\r\nfive\r\nsix\r\nseven'],
  ['a line longer than the window', 'x'.repeat(50)],
  ['a cursor beyond the last column', 'x'.repeat(20)],
  ['wide characters at the edge', `${'x'.repeat(19)}漢字 and 🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉`],
  ['combining characters', 'e\u0301a\u0308 \u1100\u1161'],
  [
    'colours and flags',
    '\x1b[1;3;4;7;31;42mA\x1b[0;38;5;200;48;2;1;2;3mB\x1b[4:3;58:2::9:8:7mC\x1b[9;53;2;5mD\x1b[0mE',
  ],
  ['coloured erasure', '\x1b[44m\x1b[2J\x1b[3;3Hhi\x1b[K\x1b[0m\x1b[5;5H\x1b[41m\x1b[3X'],
  ['links', '\x1b]8;;https://a.example\x1b\\link\x1b]8;;\x1b\\ \x1b]8;id=7;https://b.example\x1b\\two\x1b]8;;\x1b\\'],
  [
    'the alternate screen of an editor',
    'shell\r\n\x1b[1;31m\x1b[?1049h\x1b[?1h\x1b=\x1b[2J\x1b[1;3r\x1b[2;2Htext\x1b[?25l\x1b[4 q',
  ],
  ['mouse and paste modes', '\x1b[?1002h\x1b[?1006h\x1b[?2004h\x1b[?1004h'],
  ['line drawing', '\x1b(0lqqk\x1b(B plain \x1b)0\x0eqq'],
  [
    'a saved cursor, tab stops, a scroll region, origin mode',
    '\x1b[3;4H\x1b[32m\x1b7\x1b[3g\x1b[6GxH\x1bH\x1b[2;4r\x1b[?6h\x1b[2;2Hy',
  ],
  ['a saved cursor whose underlines were reset since', '\x1b[4:3m\x1b7\x1b[m\x1b[?1049lab'],
  ['insert mode without wrapping', '\x1b[4h\x1b[?7labc'],
  ['a wrapped line that was erased', `${'x'.repeat(30)}\x1b[A\x1b[5G\x1b[K`],
])('%s are the same on another terminal', (_, output) => expectSameScreen(output));

const WORDS = [
  'a',
  'word',
  ' ',
  '日本',
  'é',
  'e\u0301',
  '🎉',
  '─',
  'ﬁ',
  '\t',
  '\r\n',
  '\r\n',
  '\n',
  '\r',
  '\b',
  'x'.repeat(25),
];
const number = fc.integer({ min: 0, max: 12 });
const csi = fc
  .tuple(fc.constantFrom(...'ABCDEFGHIJKLMSTXZ`adefrsu'), fc.array(number, { maxLength: 2 }))
  .map(([final, numbers]) => `\x1b[${numbers.join(';')}${final}`);
const sgr = fc
  .array(
    fc.constantFrom(
      '0',
      '1',
      '2',
      '3',
      '4:3',
      '5',
      '7',
      '8',
      '9',
      '21',
      '22',
      '24',
      '27',
      '31',
      '42',
      '95',
      '104',
      '53',
      '38;5;9',
      '38;5;123',
      '48;2;5;6;7',
      '39',
      '49',
    ),
    { maxLength: 3 },
  )
  .map((codes) => `\x1b[${codes.join(';')}m`);
const mode = fc
  .tuple(
    fc.constantFrom(
      '?1',
      '?6',
      '?25',
      '?45',
      '?66',
      '?1000',
      '?1003',
      '?1006',
      '?1004',
      '?2004',
      '20',
      '?1049',
      '?1048',
    ),
    fc.constantFrom('h', 'l'),
  )
  .map(([name, set]) => `\x1b[${name}${set}`);
const other = fc.constantFrom(
  '\x1b7',
  '\x1b8',
  '\x1bM',
  '\x1bD',
  '\x1bE',
  '\x1bH',
  '\x1b[3g',
  '\x1b[2 q',
  '\x1b[!p',
  '\x1b]2;title\x07',
  '\x1b[1"q',
  '\x1b[0"q',
  '\x1bc',
  '\u009b31m',
  '\x1bP$qm\x1b\\',
  '\x1b[3\n1m',
);
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 2, arbitrary: csi },
  { weight: 2, arbitrary: sgr },
  { weight: 1, arbitrary: mode },
  { weight: 1, arbitrary: other },
);
const stream = fc.array(piece, { maxLength: 80 }).map((pieces) => pieces.join(''));
const window = fc.record({ cols: fc.integer({ min: 4, max: 24 }), rows: fc.integer({ min: 2, max: 6 }) });

test('whatever a program draws, another terminal draws the same from the screen, and goes on the same', () => {
  fc.assert(
    fc.property(stream, stream, window, (before, after, size) => {
      const source = newHeadless(size);
      source.core.writeSync(before);
      fc.pre(!isBeyondNothing(source.core));
      const copy = redrawn(source, size);
      expect(stateOf(copy)).toEqual(stateOf(source.core));
      fc.pre(hasUsualCharset(source.core) && !hasUnreachableState(source.core));
      source.core.writeSync(after);
      copy.writeSync(after);
      expect(stateOf(copy)).toEqual(stateOf(source.core));
    }),
    { seed: SEED, numRuns: 400 },
  );
});

test('a wrapped line does not take the background of its first character', () => {
  const size = { cols: 4, rows: 2 };
  const source = newHeadless(size);
  source.core.writeSync(`${'x'.repeat(25)}\x1b[48;2;5;6;7m\ra`);
  expect(stateOf(redrawn(source, size))).toEqual(stateOf(source.core));
});

test('what was wrapped behind a coloured empty line does not take its colour', () => {
  expectSameScreen('aword\x1b[48;2;5;6;7m\x1b[L', { cols: 4, rows: 3 });
});

test('what a wide character left in the last column before it wrapped is as it was, whatever its colour is by now', () => {
  expectSameScreen('日本日本\x1b[7m\r日本', { cols: 7, rows: 2 });
});

test('a restored cursor underlines when the saved one did', () => {
  const [source, size] = [newHeadless({ cols: 4, rows: 2 }), { cols: 4, rows: 2 }];
  source.core.writeSync('\x1b[21m\x1b7');
  const copy = redrawn(source, size);
  for (const core of [source.core, copy]) core.writeSync('\x1b[?1048lab');
  expect(stateOf(copy)).toEqual(stateOf(source.core));
});

test('a cursor that was saved before anything scrolled is where it was also when the scrollback is cleared', () => {
  const size = { cols: 4, rows: 2 };
  const source = newHeadless(size);
  source.core.writeSync('x'.repeat(25));
  const copy = redrawn(source, size);
  for (const core of [source.core, copy]) core.writeSync('\x1b[3J');
  expect(stateOf(copy)).toEqual(stateOf(source.core));
});

test('a window that joins anywhere in the stream, in mid-character or mid-sequence, ends with the same screen', () => {
  fc.assert(
    fc.property(
      stream,
      window,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 9 }),
      fc.nat(),
      (output, size, chunks, cut) => {
        const bytes = Buffer.from(output);
        const joinsAt = cut % (bytes.byteLength + 1);
        fc.pre(bytes[joinsAt] !== 0xcc); // before an accent: see the test of its own
        const events = { onReply: () => {}, onTitle: () => {}, onFolder: () => {}, onBell: () => {} };
        const twin = new Twin(size, undefined, events);
        for (let at = 0, i = 0; at < joinsAt; i++) {
          const end = Math.min(joinsAt, at + (chunks[i % chunks.length] ?? 1));
          twin.write(bytes.subarray(at, end));
          at = end;
        }
        fc.pre(!isBeyondNothing(twin.core) && !hasUnreachableState(twin.core));
        const joined = new Twin(size, undefined, events);
        joined.write(Buffer.from(twin.screen()));
        joined.write(twin.unfinished);
        for (const one of [twin, joined]) one.write(bytes.subarray(joinsAt));
        expect(stateOf(joined.core)).toEqual(stateOf(twin.core));
        expect(Buffer.from(joined.unfinished).toString('hex')).toBe(Buffer.from(twin.unfinished).toString('hex'));
      },
    ),
    { seed: SEED, numRuns: 600 },
  );
});

for (const erase of ['\x1b[1J', '\x1b[?1J'])
  test(`erasing up to a cursor behind the last column of the last line (${JSON.stringify(erase)}) ends no terminal`, () => {
    const events = { onReply: () => {}, onTitle: () => {}, onFolder: () => {}, onBell: () => {} };
    const twin = new Twin({ cols: 4, rows: 2 }, undefined, events);
    twin.write(Buffer.from(`up\x1b[2H日本${erase}`));
    const { lines, x, y } = twin.core.buffers.active;
    expect([x, y]).toEqual([4, 1]);
    for (const at of [0, 1])
      expect([...(lines.get(at)?._data ?? [])].some((cell, i) => i % 3 === 0 && cell & 0x3fffff)).toBe(false);
  });

test('an accent that comes after a window joined still lands on its letter', () => {
  const events = { onReply: () => {}, onTitle: () => {}, onFolder: () => {}, onBell: () => {} };
  const [twin, joined] = [
    new Twin({ cols: 9, rows: 2 }, undefined, events),
    new Twin({ cols: 9, rows: 2 }, undefined, events),
  ];
  twin.write(Buffer.from('\x1b[31mcafe'));
  joined.write(Buffer.from(twin.screen()));
  for (const one of [twin, joined]) one.write(Buffer.from('\u0301'));
  expect(stateOf(joined.core)).toEqual(stateOf(twin.core));
});
