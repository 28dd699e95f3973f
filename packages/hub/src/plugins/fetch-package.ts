import { readFileSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { rejected } from '../failure.ts';

const MAX_REDIRECTS = 5;
const LIMIT_MS = 30_000;

/** What a package or catalogue is read with; tests give one that knows no network. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The bytes of a file (absolute path) or of an https URL, `most` at most. Throws `Failure` REJECTED in words. */
export async function readSource(source: string, most: number, fetcher: Fetch = fetch): Promise<Uint8Array> {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(source)) return download(source, most, fetcher);
  if (!isAbsolute(source)) throw rejected('Give the whole path of the file, from / on, or an https URL.');
  try {
    const { size } = statSync(source);
    if (size > most) throw rejected(`${source} has ${size} bytes; ${most} are the most.`);
    return readFileSync(source);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw rejected(`${source} can't be read: ${(error as Error).message}`);
  }
}

async function download(source: string, most: number, fetcher: Fetch): Promise<Uint8Array> {
  let url = source;
  const signal = AbortSignal.timeout(LIMIT_MS);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    if (new URL(url).protocol !== 'https:') throw rejected(`agor loads plugins by https only, not from ${url}.`);
    let response: Response;
    try {
      // Each hop is looked at: a redirect to http would be followed in silence.
      response = await fetcher(url, { redirect: 'manual', signal, credentials: 'omit' });
    } catch (error) {
      throw rejected(`${url} does not answer: ${(error as Error).message}`);
    }
    const to = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && to !== null) {
      url = new URL(to, url).href;
      continue;
    }
    if (!response.ok) throw rejected(`${url} answered with ${response.status}.`);
    return readBody(response, most, url);
  }
  throw rejected(`${source} leads on and on to other addresses.`);
}

async function readBody(response: Response, most: number, url: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > most) throw rejected(`${url} sends more than ${most} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
