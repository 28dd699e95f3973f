import { z } from 'zod';
import { readSessionEvent } from './events.ts';
import { SessionState } from './state.ts';

export const ExportFormat = z.enum(['md', 'json', 'html']);
export type ExportFormat = z.infer<typeof ExportFormat>;

/** What goes into an export besides what was said. */
export const ExportOptions = z.object({
  format: ExportFormat,
  toolOutput: z.boolean().default(true),
  thinking: z.boolean().default(true),
});
export type ExportOptions = z.infer<typeof ExportOptions>;

/** A session as JSON. Folding the events gives the state again, unless something was left out. */
export const SessionExport = z.object({
  format: z.literal('agor.session'),
  version: z.literal(1),
  exportedAt: z.iso.datetime(),
  agor: z.string(),
  leftOut: z.array(z.enum(['toolOutput', 'thinking'])),
  session: SessionState,
  events: z.array(z.unknown().transform(readSessionEvent)),
});
export type SessionExport = z.infer<typeof SessionExport>;

/** The address of an export below the hub's, for a download. */
export function exportPath(sessionId: string, { format, toolOutput, thinking }: ExportOptions): string {
  const left = [...(toolOutput ? [] : ['toolOutput=0']), ...(thinking ? [] : ['thinking=0'])].join('&');
  return `/export/${encodeURIComponent(sessionId)}.${format}${left === '' ? '' : `?${left}`}`;
}
