import { readFileSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { Failure, rejected } from '../failure.ts';

const MAX_REDIRECTS = 5;
const LIMIT_MS = 30_000;

/** What a package or catalogue is read with; tests give one that knows no network. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The bytes of a file (absolute path) or of an https URL, `most` at most. Throws `Failure` REJECTED in words. */
export async function readSource(source: string, most: number, fetcher: Fetch = fetch): Promise<Uint8Array> {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(source)) return download(source, most, fetcher);
  if (!isAbsolute(source)) throw rejected('Give the whole path of the file, from / on, or an https URL.');
  try {
    const file = statSync(source);
    if (file.isDirectory()) {
      throw rejected(
        `${source} is a folder. Copy the plugin's folder into agor's folder of plugins and press Reload there, or give a .zip file of it.`,
      );
    }
    // A pipe or a device has no end: the hub would wait, or grow, with it.
    if (!file.isFile()) throw rejected(`${source} is no file.`);
    const { size } = file;
    if (size > most) throw rejected(`${source} has ${size} bytes; ${most} are the most.`);
    return readFileSync(source);
  } catch (error) {
    if (error instanceof Failure || (error as NodeJS.ErrnoException).code === undefined) throw error;
    throw rejected(`${source} can't be read: ${(error as Error).message}`);
  }
}

async function download(source: string, most: number, fetcher: Fetch): Promise<Uint8Array> {
  let url = source;
  const signal = AbortSignal.timeout(LIMIT_MS);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    if (URL.parse(url)?.protocol !== 'https:') throw rejected(`agor loads plugins by https only, not from ${url}.`);
    let response: Response;
    try {
      // Each hop is looked at: a redirect to http would be followed in silence.
      response = await fetcher(url, { redirect: 'manual', signal, credentials: 'omit' });
    } catch (error) {
      throw rejected(`${url} does not answer: ${(error as Error).message}`);
    }
    const to = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && to !== null) {
      const next = URL.parse(to, url);
      if (!next) throw rejected(`${url} leads to what is no address.`);
      url = next.href;
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
  try {
    for await (const part of response.body ?? []) {
      size += part.byteLength;
      if (size > most) throw rejected(`${url} sends more than ${most} bytes.`);
      parts.push(part);
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw rejected(`${url} broke off, or did not come to its end in time: ${(error as Error).message}`);
  }
  return Buffer.concat(parts);
}
