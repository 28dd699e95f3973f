import { ExportFormat, type ExportOptions, SessionId } from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import { html } from './html.ts';
import { json } from './json.ts';
import { markdown } from './markdown.ts';
import { type ExportSource, exportSource, type SourceDeps } from './source.ts';

/** Text that goes out at a time. */
const CHUNK_CHARS = 64 * 1024;
const TYPES = { md: 'text/markdown', json: 'application/json', html: 'text/html' } as const;

export interface ExporterOptions extends SourceDeps {
  readonly version: string;
  readonly clock: Clock;
}

export interface ExportedFile {
  readonly name: string;
  readonly type: string;
  readonly body: ReadableStream<Uint8Array>;
}

/** Sessions as files, written as fast as they are read: however long a session is, little of it is in memory. */
export class Exporter {
  constructor(private readonly options: ExporterOptions) {}

  /** Throws `Failure` NOT_FOUND when there is no such session. */
  export(sessionId: SessionId, options: ExportOptions): ExportedFile {
    const source = exportSource(this.options, sessionId, options);
    const { format } = options;
    const name = `${fileName(source.state.title)}.${format}`;
    return { name, type: `${TYPES[format]}; charset=utf-8`, body: streamOf(this.#parts(format, source)) };
  }

  /** For `/export/<session>.<format>?toolOutput=0&thinking=0`; null for any other address. Throws as `export`. */
  fromUrl(url: URL): ExportedFile | null {
    const [, id, ending] = /^\/export\/([^/]+)\.(md|json|html)$/.exec(url.pathname) ?? [];
    const sessionId = SessionId.safeParse(decoded(id));
    const format = ExportFormat.safeParse(ending);
    if (!sessionId.success || !format.success) return null;
    const has = (name: string) => url.searchParams.get(name) !== '0';
    return this.export(sessionId.data, {
      format: format.data,
      toolOutput: has('toolOutput'),
      thinking: has('thinking'),
    });
  }

  #parts(format: ExportFormat, source: ExportSource): Generator<string> {
    if (format === 'md') return markdown(source);
    if (format === 'html') return html(source);
    return json(source, this.options.version, this.options.clock.now());
  }
}

function streamOf(parts: Generator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        let text = '';
        while (text.length < CHUNK_CHARS) {
          const next = parts.next();
          if (next.done) {
            if (text !== '') controller.enqueue(encoder.encode(text));
            controller.close();
            return;
          }
          text += next.value;
        }
        controller.enqueue(encoder.encode(text));
        // The hub has other things to do between two chunks.
        return new Promise((resolve) => setImmediate(resolve));
      },
      cancel: () => void parts.return(undefined),
    },
    { highWaterMark: 1 },
  );
}

function decoded(part: string | undefined): string {
  try {
    return decodeURIComponent(part ?? '');
  } catch {
    return ''; // no id is empty
  }
}

/** A title as a name that every system takes. */
function fileName(title: string): string {
  const plain = title
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain.slice(0, 60).toLowerCase() || 'session';
}
