import { PTY_SCROLLBACK_LINES, type PtySize } from '@agor/protocol';
import { mendEraseAbove } from '@agor/session/xterm';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { Terminal } from '@xterm/headless';
import type { TerminalCore } from './xterm-core.ts';

/** A terminal without a window, set up as the face sets up its own: the same widths of characters, the same scrollback (in lines). */
export function newHeadless(
  { cols, rows }: PtySize,
  scrollback: number = PTY_SCROLLBACK_LINES,
): { terminal: Terminal; core: TerminalCore } {
  const terminal = new Terminal({
    cols,
    rows,
    scrollback,
    allowProposedApi: true,
    logLevel: 'off', // what a program prints is no error of ours
  });
  mendEraseAbove(terminal);
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  return { terminal, core: (terminal as unknown as { _core: TerminalCore })._core };
}
