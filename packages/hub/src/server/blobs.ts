import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { BlobId, type BlobRef, MAX_IMAGE_BYTES } from '@agor/protocol';
import { blobPath, renewBlob, writeFileAtomic } from '@agor/runtime';
import { SNIFF_BYTES, sniffImage } from '../sniff-image.ts';
import { dataHeaders } from './headers.ts';

const DAY_SECONDS = 24 * 3600;

/** `GET /blobs/<sha256>`: images as such, all else as a download of bytes. What an agent wrote must not run in our origin. */
export async function getBlob(folder: string, request: Request, name: string): Promise<Response> {
  const id = BlobId.safeParse(name);
  if (!id.success) return text(400, 'A blob is named by its SHA-256 in hex.');
  const file = Bun.file(blobPath(folder, id.data));
  if (!(await file.exists())) return text(404, 'There is no such blob.');
  const image = sniffImage(new Uint8Array(await file.slice(0, SNIFF_BYTES).arrayBuffer()));
  const headers: Record<string, string> = {
    ...dataHeaders(),
    'accept-ranges': 'bytes',
    'content-type': image ?? 'application/octet-stream',
    'cache-control': `private, max-age=${DAY_SECONDS}, immutable`,
    etag: `"${id.data}"`,
    ...(image ? {} : { 'content-disposition': `attachment; filename="${id.data.slice(0, 12)}"` }),
  };
  const range = parseRange(request.headers.get('range'), file.size);
  if (range === 'unsatisfiable') {
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${file.size}` } });
  }
  if (range === null) return new Response(file, { headers });
  headers['content-range'] = `bytes ${range.start}-${range.end}/${file.size}`;
  return new Response(file.slice(range.start, range.end + 1), { status: 206, headers });
}

/** `PUT /blobs`: an image from the composer. What it is decides its content, not what the sender calls it. */
export async function putBlob(folder: string, request: Request): Promise<Response> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > MAX_IMAGE_BYTES) return tooLarge();
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.byteLength > MAX_IMAGE_BYTES) return tooLarge();
  const mediaType = sniffImage(bytes.subarray(0, SNIFF_BYTES));
  if (mediaType === null) return text(415, 'This is no PNG, JPEG, GIF or WebP image.');
  const blob = BlobId.parse(createHash('sha256').update(bytes).digest('hex'));
  const path = blobPath(folder, blob);
  try {
    if (!renewBlob(path)) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileAtomic(path, bytes, { mode: 0o600 });
    }
  } catch (error) {
    return text(507, `The image could not be saved: ${(error as Error).message}. Free some space and try again.`);
  }
  const ref: BlobRef = { blob, size: bytes.byteLength, mediaType };
  return Response.json(ref, { headers: dataHeaders() });
}

/** One range, as browsers ask; several at once are answered by the whole. Null: no range. */
export function parseRange(
  header: string | null,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const [, from, to] = match;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  return start > end || start >= size ? 'unsatisfiable' : { start, end };
}

function tooLarge(): Response {
  return text(413, `An image may have ${MAX_IMAGE_BYTES / 1024 / 1024} MB at most. Make it smaller and try again.`);
}

function text(status: number, message: string): Response {
  return new Response(`${message}\n`, {
    status,
    headers: { ...dataHeaders(), 'content-type': 'text/plain; charset=utf-8' },
  });
}
