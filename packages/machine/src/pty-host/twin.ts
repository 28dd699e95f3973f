import { PTY_SCROLLBACK_LINES, type PtySize } from '@agor/protocol';
import { SerializeAddon } from '@xterm/addon-serialize';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { Terminal } from '@xterm/headless';
import { colorAnswer, folderOf } from './titles.ts';
import { unfinishedSequence } from './unfinished.ts';

export interface TwinEvents {
  /** The program asked the terminal something; this is the answer, to be written as input. */
  onReply(answer: string): void;
  onTitle(title: string): void;
  /** The program said in which folder it is (OSC 7). */
  onFolder(path: string): void;
}

/** What the public interface of @xterm/headless lacks; its version is pinned, and the tests of the screen notice a change. */
export interface TerminalCore {
  /** `write` would come back to each piece by a timer of its own. */
  writeSync(data: string | Uint8Array): void;
  readonly _inputHandler: {
    readonly _parser: { readonly currentState: number };
    readonly _utf8Decoder: { readonly interim: Uint8Array };
  };
}

/** A terminal without a window that draws what the real ones draw: it knows the screen when nobody looks. */
export class Twin {
  readonly #terminal: Terminal;
  readonly #core: TerminalCore;
  readonly #serializer = new SerializeAddon();
  #unfinished: Uint8Array = new Uint8Array();

  /** @param colorFgBg tells a light face from a dark one, see `colorAnswer` */
  constructor(size: PtySize, colorFgBg: string | undefined, events: TwinEvents) {
    this.#terminal = new Terminal({
      ...size,
      scrollback: PTY_SCROLLBACK_LINES,
      allowProposedApi: true,
      logLevel: 'off', // what a program prints is no error of ours
    });
    this.#core = (this.#terminal as unknown as { _core: TerminalCore })._core;
    this.#terminal.loadAddon(new Unicode11Addon());
    this.#terminal.unicode.activeVersion = '11';
    this.#terminal.loadAddon(this.#serializer as never);
    this.#terminal.onData((answer) => events.onReply(answer));
    this.#terminal.onTitleChange((title) => events.onTitle(title));
    const { parser } = this.#terminal;
    parser.registerOscHandler(7, (url) => {
      const folder = folderOf(url);
      if (folder !== null) events.onFolder(folder);
      return true;
    });
    for (const osc of [10, 11, 12] as const) {
      parser.registerOscHandler(osc, (text) => {
        if (text === '?') events.onReply(colorAnswer(osc, colorFgBg));
        return text === '?';
      });
    }
  }

  /** Draws output; it is on the screen when this returns. */
  write(bytes: Uint8Array): void {
    this.#core.writeSync(bytes);
    const { _parser, _utf8Decoder } = this.#core._inputHandler;
    const isFinished = _parser.currentState === 0 && _utf8Decoder.interim[0] === 0;
    this.#unfinished = isFinished
      ? new Uint8Array()
      : unfinishedSequence(this.#unfinished, bytes, _parser.currentState);
  }

  /**
   * The bytes of the escape sequence or the character that the output so far ends in the middle of. They have changed nothing on the
   * screen yet: who draws `screen()` elsewhere must be given them again before what follows.
   */
  get unfinished(): Uint8Array {
    return this.#unfinished;
  }

  resize(size: PtySize): void {
    this.#terminal.resize(size.cols, size.rows);
  }

  /** The screen as terminal output that draws it on an empty terminal of the same size. */
  screen(): string {
    return this.#serializer.serialize();
  }

  dispose(): void {
    this.#terminal.dispose();
  }
}
