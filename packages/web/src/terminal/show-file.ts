import type { App } from '../state/app.svelte.ts';
import type { Box } from '../state/boxes.ts';
import type { FoundPath } from './path-links.ts';

/** Shows a file of the project that was printed in a terminal, at its line. A folder only opens the Files tab. */
export function showPrinted(app: App, { key, projectId }: Box, { path, isDir, line, column }: FoundPath): void {
  if (isDir || projectId === null) app.workspace.openTab(key, 'files');
  else void app.visitFile({ projectId, path, ...(line !== null && { line }), ...(column !== null && { column }) });
}
