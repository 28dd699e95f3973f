import { isLoopback } from './listen-address.ts';

/** What is wrong with a request's way here; `status` 403, told in words. Null: nothing. */
export type Refusal = string | null;

/**
 * A page from elsewhere must not reach the hub through the person's browser. The Host must be a loopback name with our port (a foreign
 * name that resolves to 127.0.0.1 is DNS rebinding), and what a browser says about who asks must be our own page.
 */
export function refuseForeign(request: Request, port: number): Refusal {
  const host = request.headers.get('host') ?? '';
  const match = /^(.*?)(?::(\d+))?$/.exec(host);
  if (!match || !isLoopback(match[1] ?? '') || Number(match[2] ?? 80) !== port) {
    return `the Host header must be a name of this computer with agor's port, such as 127.0.0.1:${port}; it was ${JSON.stringify(host.slice(0, 200))}`;
  }
  const origin = request.headers.get('origin');
  // Also of what is only read: a browser says Origin there when a page asks for more than to show it.
  if (origin !== null && origin !== `http://${host}`) {
    return `the Origin header must be http://${host}; it was ${JSON.stringify(origin.slice(0, 200))}`;
  }
  // Another port of this computer is "same-site", and so is its cookie: only our own pages and the address bar may ask.
  const site = request.headers.get('sec-fetch-site');
  const navigates = request.method === 'GET' && request.headers.get('sec-fetch-mode') === 'navigate';
  if (site !== null && site !== 'same-origin' && site !== 'none' && !navigates) {
    return `only agor's own page may ask for this (Sec-Fetch-Site was ${JSON.stringify(site.slice(0, 40))})`;
  }
  return null;
}

/** Whether a browser's cookie counts here: never without saying where the page came from, when something is changed or streamed. */
export function cookieCounts(request: Request): boolean {
  return !changesOrStreams(request) || request.headers.has('origin');
}

function changesOrStreams(request: Request): boolean {
  return request.method !== 'GET' && request.method !== 'HEAD' ? true : request.headers.has('upgrade');
}
