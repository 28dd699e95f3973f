/** As much of xterm.js (6.0) as the mend needs; the names are its own. */
export interface MendableTerminal {
  readonly cols: number;
  readonly parser: {
    registerCsiHandler(
      id: { readonly prefix?: string; readonly final: string },
      handler: (params: readonly (number | number[])[]) => boolean,
    ): unknown;
  };
}
interface Core {
  readonly buffers: {
    readonly active: { x: number; readonly y: number; readonly lines: { get(at: number): unknown } };
  };
  readonly _inputHandler: {
    eraseInDisplay(params: Params, sparesProtected: boolean): boolean;
    eraseInLine(params: Params, sparesProtected: boolean): boolean;
  };
}
interface Params {
  readonly params: readonly number[];
}

const ERASE_ABOVE: Params = { params: [1] };

/**
 * xterm.js throws when a program erases up to the cursor (`CSI 1 J`) while that stands behind the last column of the last line and no line was
 * scrolled away: it looks for a line below. A program's output must never end a terminal, so that case is done in two steps that do not look.
 */
export function mendEraseAbove(terminal: MendableTerminal): void {
  const { buffers, _inputHandler: input } = (terminal as unknown as { readonly _core: Core })._core;
  for (const prefix of [undefined, '?'])
    terminal.parser.registerCsiHandler({ ...(prefix ? { prefix } : {}), final: 'J' }, ([what]) => {
      const { active: buffer } = buffers;
      const { x } = buffer;
      if (what !== 1 || x + 1 < terminal.cols || buffer.lines.get(buffer.y + 1)) return false;
      buffer.x = Math.max(0, terminal.cols - 2);
      input.eraseInDisplay(ERASE_ABOVE, prefix === '?');
      buffer.x = terminal.cols - 1;
      input.eraseInLine(ERASE_ABOVE, prefix === '?');
      buffer.x = x;
      return true;
    });
}
