import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import type { FileVersion } from '@agor/protocol';

/** Of text that was read: by its content, so that a mere touch is no change. */
export function versionOfContent(bytes: Uint8Array): FileVersion {
  return `c${bytes.byteLength}-${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}`;
}

/** Of a file that was not read: by what the file system says of it. */
export function versionOfStats({ size, mtimeNs, ino }: Pick<BigIntStats, 'size' | 'mtimeNs' | 'ino'>): FileVersion {
  return `s${size}-${mtimeNs.toString(36)}-${ino.toString(36)}`;
}
