import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, readFileSync } from 'node:fs';
import { writeFileAtomic } from '@agor/runtime';

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** The hub's secret of this data folder, made at the first start: open windows survive a restart. Call it with the hub lock held. */
export function loadToken(file: string): string {
  try {
    const token = readFileSync(file, 'utf8').trim();
    if (TOKEN.test(token)) {
      chmodSync(file, 0o600);
      return token;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const fresh = randomBytes(32).toString('base64url');
  writeFileAtomic(file, fresh, { mode: 0o600 });
  return fresh;
}

/** Compares without telling by its time how much was right. */
export function sameSecret(given: string, expected: string): boolean {
  const a = digest(given);
  return timingSafeEqual(a, digest(expected));
}

/** What the browser keeps instead of the token: a leaked cookie does not open the CLI's door. */
export function cookieValue(token: string): string {
  return createHmac('sha256', token).update('agor browser cookie 1').digest('base64url');
}

function digest(text: string): Buffer {
  return createHmac('sha256', 'agor').update(text).digest();
}
