import type { App } from '../state/app.svelte.ts';

/** As of the setting. */
const MIN_PX = 8;
const MAX_PX = 24;
const USUAL_PX = 13;

/** Larger or smaller text in all terminals, or (0) the usual one: it is the setting that is changed. */
export function zoomTerminals({ settings, commands, client }: App, by: 1 | -1 | 0): void {
  const now = settings.get('term_font_size');
  const value = by === 0 ? USUAL_PX : Math.min(MAX_PX, Math.max(MIN_PX, now + by));
  if (value === now) return;
  void commands.run('setting:term_font_size', 'The text was not made larger or smaller', (commandId, options) =>
    client.settings.set({ commandId, key: 'term_font_size', value }, options),
  );
}
