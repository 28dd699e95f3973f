/**
 * What the public interface of @xterm/headless lacks and an exact screen needs. The version is pinned; the property test of the screen
 * notices when one of these changes. The names are xterm's own.
 */
export interface TerminalCore {
  /** `write` would come back to each piece by a timer of its own. */
  writeSync(data: string | Uint8Array): void;
  readonly buffers: { readonly normal: CoreBuffer; readonly alt: CoreBuffer; readonly active: CoreBuffer };
  readonly coreService: {
    readonly isCursorHidden: boolean;
    readonly modes: { readonly insertMode: boolean };
    readonly decPrivateModes: {
      readonly applicationCursorKeys: boolean;
      readonly applicationKeypad: boolean;
      readonly bracketedPasteMode: boolean;
      readonly cursorBlink: boolean | undefined;
      readonly cursorStyle: 'block' | 'underline' | 'bar' | undefined;
      readonly origin: boolean;
      readonly reverseWraparound: boolean;
      readonly sendFocus: boolean;
      readonly wraparound: boolean;
    };
  };
  readonly coreMouseService: { readonly activeProtocol: string; readonly activeEncoding: string };
  /** `charset` is what counts; a restored cursor may bring one that is not the chosen slot's. */
  readonly _charsetService: {
    readonly charset: Charset | undefined;
    readonly glevel: number;
    readonly _charsets: readonly (Charset | undefined)[];
  };
  readonly _oscLinkService: { getLinkData(id: number): { readonly uri: string; readonly id?: string } | undefined };
  readonly _inputHandler: {
    readonly _parser: {
      readonly currentState: number;
      /** Not 0: a combining character that follows joins the one before the cursor. */
      readonly precedingJoinState: number;
    };
    readonly _utf8Decoder: { readonly interim: Uint8Array };
    readonly _curAttrData: Attributes;
  };
}

export type Charset = Readonly<Record<string, string>>;

export interface CoreBuffer {
  readonly x: number;
  readonly y: number;
  readonly ybase: number;
  readonly savedX: number;
  /** Counted from the first line, as `ybase` is. */
  readonly savedY: number;
  readonly savedCurAttrData: Attributes;
  readonly savedCharset: Charset | undefined;
  readonly scrollTop: number;
  readonly scrollBottom: number;
  readonly tabs: Readonly<Record<number, boolean>>;
  readonly lines: { readonly length: number; get(index: number): CoreLine | undefined };
}

export interface CoreLine {
  readonly isWrapped: boolean;
  /** Three numbers a cell: content, foreground, background. */
  readonly _data: Uint32Array;
  readonly _combined: Readonly<Record<number, string>>;
  readonly _extendedAttrs: Readonly<Record<number, Extended | undefined>>;
}

export interface Attributes {
  readonly fg: number;
  readonly bg: number;
  readonly extended: Extended;
}

export interface Extended {
  /** 1 single, 2 double, 3 curly, 4 dotted, 5 dashed. Says 5 for every link, so `_ext` is asked. */
  readonly _ext: number;
  readonly urlId: number;
}

export const CODEPOINT = 0x1fffff;
export const IS_COMBINED = 0x200000;
export const WIDTH_SHIFT = 22;
export const COLOR_MODE = 0x3000000;
export const RGB = 0xffffff;
export const Fg = {
  inverse: 0x4000000,
  bold: 0x8000000,
  underline: 0x10000000,
  blink: 0x20000000,
  invisible: 0x40000000,
  strikethrough: 0x80000000,
} as const;
export const Bg = {
  italic: 0x4000000,
  dim: 0x8000000,
  hasExtended: 0x10000000,
  protected: 0x20000000,
  overline: 0x40000000,
} as const;
