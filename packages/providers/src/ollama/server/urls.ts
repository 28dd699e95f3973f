const DEFAULT_PORT = '11434';
const DEFAULT_HOST = `127.0.0.1:${DEFAULT_PORT}`;

/**
 * The address in every form that `OLLAMA_HOST` may have: `host`, `host:port`, `:port`, a whole URL; empty is the default. Null when it is
 * none. A server that listens on every address is reached on loopback.
 */
export function ollamaUrl(host: string): string | null {
  const given = host.trim();
  const text = given === '' ? DEFAULT_HOST : given.startsWith(':') ? `127.0.0.1${given}` : given;
  const explicit = text.includes('://');
  const url = parse(explicit ? text : `http://${text}`);
  if (!url) return null;
  // A parsed URL no longer tells :80 from none.
  if (!explicit && !/:\d+(\/|$)/.test(text)) url.port = DEFAULT_PORT;
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  return trimmed(url);
}

/** The base of an OpenAI-compatible server, without a slash at its end; the endpoint itself may be given too. Null when it is none. */
export function baseUrlOf(text: string): string | null {
  const given = text.trim();
  const url = parse(given.includes('://') ? given : `http://${given}`);
  return url && trimmed(url).replace(/\/(chat\/completions|models)$/, '');
}

/** Whether an address is of this computer, or of a network of one's own. */
export function isOwnHost(url: string): boolean {
  const host = (parse(url)?.hostname ?? '').replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || /\.(localhost|local|lan|internal|home\.arpa)$/.test(host)) return true;
  if (/^[\d.]+$/.test(host)) return /^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.)/.test(host);
  if (host.includes(':')) return host === '::1' || /^f[cd]|^fe[89ab]/.test(host);
  // A bare name is one of the own network's.
  return !host.includes('.');
}

function parse(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  return (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '' ? url : null;
}

function trimmed(url: URL): string {
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
