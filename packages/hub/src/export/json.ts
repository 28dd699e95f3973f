import type { ExportSource } from './source.ts';

/** The session as `SessionExport`, an event a line. */
export function* json(source: ExportSource, agor: string, now: number): Generator<string> {
  const { options, state } = source;
  const leftOut = [...(options.toolOutput ? [] : ['toolOutput']), ...(options.thinking ? [] : ['thinking'])];
  const head = { format: 'agor.session', version: 1, exportedAt: new Date(now).toISOString(), agor, leftOut };
  yield `${JSON.stringify(head).slice(0, -1)},\n"session":${JSON.stringify(state)},\n"events":[`;
  let between = '\n';
  for (const event of source.events()) {
    yield between + JSON.stringify(event);
    between = ',\n';
  }
  yield '\n]}\n';
}
