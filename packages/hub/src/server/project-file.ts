import { ProjectId } from '@agor/protocol';
import { Failure } from '../failure.ts';
import type { Files, RawFileStream } from '../files/index.ts';
import { parseRange } from './blobs.ts';
import { dataHeaders } from './headers.ts';
import { sniffFile } from './sniff-file.ts';

/** Files that are sent at once; more wait for the browser to try again. */
const MAX_OPEN = 64;
const STATUS = { NOT_FOUND: 404, REJECTED: 403, CONFLICT: 409, UNREACHABLE: 503 } as const;

/**
 * `GET /project-file/<projectId>/<path>`: a file of a project as it is. Images and PDF under their own type, told by their content; all else, and
 * anything with `?download`, as a download. What agents and repositories hold must not run in our origin.
 */
export class ProjectFiles {
  #open = 0;

  constructor(private readonly files: Pick<Files, 'raw'>) {}

  /** Null: this is no such address. */
  async respond(request: Request): Promise<Response | null> {
    const { pathname, searchParams } = new URL(request.url);
    const match = /^\/project-file\/([^/]+)\/(.+)$/.exec(pathname);
    if (!match) return null;
    const [project, path] = [decode(match[1] ?? ''), decode(match[2] ?? '')];
    const id = ProjectId.safeParse(project);
    if (!id.success || path === null) return text(400, 'This names no file of a project.');
    if (this.#open >= MAX_OPEN) return text(503, 'Too many files are sent at once; try again.');
    try {
      const file = await this.files.raw(id.data, path);
      return this.#answer(request, file, path, searchParams.has('download'));
    } catch (error) {
      if (error instanceof Failure) return text(STATUS[error.code], error.message);
      throw error;
    }
  }

  #answer(request: Request, file: RawFileStream, path: string, download: boolean): Response {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const { type, csp } = sniffFile(file.head, name);
    const etag = `"${file.version}"`;
    const headers: Record<string, string> = {
      ...dataHeaders(),
      ...(csp === null ? {} : { 'content-security-policy': csp }),
      'accept-ranges': 'bytes',
      'content-type': type ?? 'application/octet-stream',
      'cache-control': 'private, no-cache',
      etag,
      'content-disposition': `${type === null || download ? 'attachment' : 'inline'}; filename*=UTF-8''${encodeName(name)}`,
    };
    if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers });
    const asked = request.headers.get('if-range') ?? etag;
    const range = asked === etag ? parseRange(request.headers.get('range'), file.size) : null;
    if (range === 'unsatisfiable')
      return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${file.size}` } });
    const { start, end } = range ?? { start: 0, end: file.size - 1 };
    headers['content-length'] = String(end - start + 1);
    if (range) headers['content-range'] = `bytes ${start}-${end}/${file.size}`;
    const body = request.method === 'HEAD' || file.size === 0 ? null : this.#counted(file, start, end, request.signal);
    return new Response(body, { status: range ? 206 : 200, headers });
  }

  #counted(file: RawFileStream, start: number, end: number, signal: AbortSignal): ReadableStream<Uint8Array> {
    this.#open++;
    let isOpen = true;
    const done = () => {
      if (isOpen) this.#open--;
      isOpen = false;
    };
    signal.addEventListener('abort', done, { once: true });
    const reader = file.stream(start, end, signal).getReader();
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          try {
            const { value, done: isEnd } = await reader.read();
            if (value) controller.enqueue(value);
            if (!isEnd) return;
            done();
            controller.close();
          } catch (error) {
            done();
            controller.error(error);
          }
        },
        cancel(reason) {
          done();
          return reader.cancel(reason);
        },
      },
      { highWaterMark: 0 },
    );
  }
}

/** Null: no percent-encoding. */
function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

function encodeName(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
}

function text(status: number, message: string): Response {
  return new Response(`${message}\n`, {
    status,
    headers: { ...dataHeaders(), 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  });
}
