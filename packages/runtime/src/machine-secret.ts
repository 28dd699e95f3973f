import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';

/**
 * The text in `path`, made by `make` and written with mode 0600 if there is none yet. Everybody gets the same text, however many come first
 * at once, and nobody ever sees a half-written one. Throws what the file system says.
 */
export function readOrCreate(path: string, make: () => string): string {
  const existing = readIfThere(path);
  if (existing !== null) return existing;
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  writeFileSync(draft, make(), { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, path); // fails when someone was faster
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  return readFileSync(path, 'utf8').trim();
}

/** The secret by which a hub knows its machine's sockets and they know it: 32 random bytes in hex. Made by whoever comes first. */
export function machineSecret(path: string): string {
  return readOrCreate(path, () => randomBytes(32).toString('hex'));
}

/** Proves that one knows the secret: HMAC-SHA-256 of the challenge's nonce in hex. The key is the secret's text as it stands in the file. */
export function proveSecret(secret: string, nonce: string): string {
  return createHmac('sha256', secret).update(nonce).digest('hex');
}

/** Whether `mac` is that proof; takes the same time for every wrong one. */
export function isSecretProof(secret: string, nonce: string, mac: string): boolean {
  const expected = Buffer.from(proveSecret(secret, nonce));
  const given = Buffer.from(mac);
  return given.byteLength === expected.byteLength && timingSafeEqual(given, expected);
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
