import type { App } from '../state/app.svelte.ts';
import type { Box } from '../state/boxes.ts';
import { TerminalActions } from './terminal-actions.ts';

/** As wide as a terminal usually is; it measures itself once it is shown. */
const SIZE = { cols: 100, rows: 24 };

/** Opens a shell in a folder, in the box's terminals, and shows them. */
export async function openTerminalIn(app: App, box: Box, cwd: string): Promise<void> {
  const opened = await new TerminalActions(app).open(box, SIZE, { cwd });
  if (opened && !app.workspace.terminalOpen(box.key)) app.workspace.toggleTerminal(box.key);
}
