import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { dataHeaders, faceHeaders, workerHeaders } from './headers.ts';

/** What the build calls workers of the face: `<name>.worker-<hash>.js`. */
const WORKER = /\.worker-[\w-]+\.js$/;
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.map': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
};
const COMPRESSIBLE = new Set([
  '.html',
  '.js',
  '.mjs',
  '.css',
  '.json',
  '.webmanifest',
  '.svg',
  '.map',
  '.txt',
  '.wasm',
]);
const MIN_COMPRESS_BYTES = 1024;
/** Vite puts what has its hash in its name here. */
const HASHED = /^assets\//;

/** The built web application. Files are known by name from the start, so no request can name another. */
export class Face {
  readonly #root: string | null;
  #files: ReadonlySet<string> | null = null;
  /** Compressed once; bounded by the build, which has some hundred files of a few MB together. */
  readonly #gzipped = new Map<string, Uint8Array<ArrayBuffer>>();

  /** @param root the folder of the build, or null when there is none */
  constructor(root: string | null) {
    this.#root = root !== null && existsSync(join(root, 'index.html')) ? root : null;
  }

  /** The answer to a GET, or null when no file has that name. `host` is the request's Host. */
  respond(request: Request, path: string, host: string): Response | null {
    if (this.#root === null) return path === '/' ? notBuilt(host) : null;
    const name = path === '/' ? 'index.html' : path.slice(1);
    this.#files ??= new Set(listFiles(this.#root));
    return this.#files.has(name) ? this.#serve(request, this.#root, name, host) : null;
  }

  #serve(request: Request, root: string, name: string, host: string): Response {
    const extension = extname(name);
    const html = extension === '.html';
    const headers: Record<string, string> = {
      ...(html ? faceHeaders(host) : WORKER.test(name) ? workerHeaders() : dataHeaders()),
      'content-type': TYPES[extension] ?? 'application/octet-stream',
      // The name of the build's folder changes with its content, index.html's does not.
      'cache-control': HASHED.test(name) ? 'public, max-age=31536000, immutable' : html ? 'no-store' : 'no-cache',
    };
    const file = join(root, name);
    if (!COMPRESSIBLE.has(extension) || statSync(file).size < MIN_COMPRESS_BYTES) {
      return new Response(Bun.file(file), { headers });
    }
    headers.vary = 'Accept-Encoding';
    const accepted = request.headers.get('accept-encoding') ?? '';
    if (this.#files?.has(`${name}.br`) && /\bbr\b/.test(accepted)) {
      return new Response(Bun.file(`${file}.br`), { headers: { ...headers, 'content-encoding': 'br' } });
    }
    if (!/\bgzip\b/.test(accepted)) return new Response(Bun.file(file), { headers });
    return new Response(this.#gzip(file), { headers: { ...headers, 'content-encoding': 'gzip' } });
  }

  #gzip(file: string): Uint8Array<ArrayBuffer> {
    const known = this.#gzipped.get(file);
    if (known) return known;
    const zipped = Bun.gzipSync(readFileSync(file));
    this.#gzipped.set(file, zipped);
    return zipped;
  }
}

function listFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

function notBuilt(host: string): Response {
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>agor</title>
<h1>agor runs, but its face is not built</h1>
<p>This hub runs from source. In the folder of agor, <code>npm start</code> builds the face and opens it; <code>npm run dev</code> serves it with hot reload.</p></html>`;
  const headers = { ...faceHeaders(host), 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };
  return new Response(page, { headers });
}
