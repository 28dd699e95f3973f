import { readFileSync } from 'node:fs';
import { SecretName } from '@agor/protocol';
import { writeFileAtomic } from '@agor/runtime';
import { z } from 'zod';

/** Name → when it was set here, null for one that was found in the keyring. Never a value. */
const IndexFile = z.object({ version: z.literal(1), secrets: z.record(SecretName, z.number().nullable()) });
export type SecretIndex = Readonly<Record<SecretName, number | null>>;

/**
 * Which secrets agor knows to be in the keyring. It is kept so that a hub without any asks no keyring, and one with a locked keyring can
 * say what is missing. An unreadable file counts as none: the keyring has its own list, and the next look brings the names back.
 */
export function readIndex(file: string): SecretIndex {
  try {
    return IndexFile.parse(JSON.parse(readFileSync(file, 'utf8'))).secrets;
  } catch {
    return {}; // not there yet, or not readable: see above
  }
}

export function writeIndex(file: string, secrets: SecretIndex): void {
  writeFileAtomic(file, `${JSON.stringify({ version: 1, secrets }, null, 2)}\n`, { mode: 0o600 });
}
