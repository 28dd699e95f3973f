import { inflateRawSync } from 'node:zlib';
import { MAX_PLUGIN_FILES, MAX_PLUGIN_UNPACKED_BYTES } from '@agor/protocol';
import { rejected } from '../failure.ts';

export interface ZipFile {
  /** Relative, with slashes, of plain names. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const MAX_COMMENT = 0xffff;
const MAX_RATIO = 200;
const MAX_DEPTH = 8;
/** No name that a file system reads otherwise: a drive, a stream, an end that Windows cuts off, a device. */
const PLAIN = /^(?!.*[. ]$)(?!(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$))[A-Za-z0-9_@+-][A-Za-z0-9_@+. -]{0,99}$/i;

/**
 * The files of a zip. Throws `Failure` REJECTED for anything that is not a plain small archive: it is read from the hands of strangers, so
 * what is unusual (links, encryption, zip64, names that lead elsewhere, one name twice, bombs) is refused, never mended.
 */
export function unzip(archive: Uint8Array): ZipFile[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count > MAX_PLUGIN_FILES) throw rejected(`The package has ${count} entries; ${MAX_PLUGIN_FILES} are the most.`);
  const files: ZipFile[] = [];
  const names = new Set<string>();
  let total = 0;
  for (let n = 0; n < count; n++) {
    if (at + 46 > end || view.getUint32(at, true) !== ENTRY) throw damaged();
    const length = view.getUint16(at + 28, true);
    const next = at + 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) throw damaged();
    const name = new TextDecoder().decode(archive.subarray(at + 46, at + 46 + length));
    const path = safePath(name, view.getUint32(at + 38, true) >>> 16);
    // "A" and "a" are one file on many computers.
    if (names.has(path.toLowerCase())) throw rejected(`The package has ${JSON.stringify(name)} twice.`);
    names.add(path.toLowerCase());
    if (!name.endsWith('/')) {
      const bytes = contentOf(archive, view, at, end, MAX_PLUGIN_UNPACKED_BYTES - total);
      total += bytes.byteLength;
      files.push({ path, bytes });
    }
    at = next;
  }
  const isFile = new Set(files.map(({ path }) => path.toLowerCase()));
  for (const { path } of files)
    for (const above of parents(path.toLowerCase()))
      if (isFile.has(above)) throw rejected(`The package has ${above} both as a file and as a folder.`);
  return files;
}

function findEnd(view: DataView): number {
  for (let at = view.byteLength - END_BYTES; at >= Math.max(0, view.byteLength - END_BYTES - MAX_COMMENT); at--)
    if (view.getUint32(at, true) === END && at + END_BYTES + view.getUint16(at + 20, true) === view.byteLength)
      return at;
  throw rejected('This is no zip file.');
}

function safePath(name: string, mode: number): string {
  const kind = mode & 0o170000;
  if (kind !== 0 && kind !== 0o100000 && kind !== 0o040000)
    throw rejected(`The package has ${JSON.stringify(name)}, which is neither a file nor a folder.`);
  const parts = name.replace(/\/$/, '').split('/');
  if (parts.length > MAX_DEPTH || parts.some((part) => !PLAIN.test(part)))
    throw rejected(
      `The package has a file with a name that agor does not take: ${JSON.stringify(name.slice(0, 120))}.`,
    );
  return parts.join('/');
}

function contentOf(archive: Uint8Array, view: DataView, entry: number, end: number, most: number): Uint8Array {
  const [flags, method] = [view.getUint16(entry + 8, true), view.getUint16(entry + 10, true)];
  const crc = view.getUint32(entry + 16, true);
  const [packed, size] = [view.getUint32(entry + 20, true), view.getUint32(entry + 24, true)];
  const local = view.getUint32(entry + 42, true);
  if (flags & 1) throw rejected('The package is encrypted.');
  if (size > most) throw rejected(`Unpacked, the package has more than ${MAX_PLUGIN_UNPACKED_BYTES} bytes.`);
  if (size > 1024 && size > packed * MAX_RATIO) throw rejected('The package unpacks to far more than it is.');
  if (local + 30 > end || view.getUint32(local, true) !== LOCAL) throw damaged();
  const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (from + packed > end) throw damaged();
  const bytes = inflate(archive.subarray(from, from + packed), method, size);
  if (bytes.byteLength !== size || Bun.hash.crc32(bytes) !== crc) throw damaged();
  return bytes;
}

function inflate(bytes: Uint8Array, method: number, size: number): Uint8Array {
  if (method === 0) return bytes;
  if (method !== 8) throw rejected('The package is packed in a way that agor does not know. Use plain zip (deflate).');
  try {
    // More than was announced is never unpacked.
    return inflateRawSync(bytes, { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    throw rejected('The package is damaged: it can not be unpacked.', error);
  }
}

function parents(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, n) => parts.slice(0, n + 1).join('/'));
}

function damaged(): Error {
  return rejected('The package is damaged.');
}
