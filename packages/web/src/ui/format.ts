/** "$0.38", "$12.4", "$1 204"; below a cent "<$0.01", nothing spent "$0". */
export function money(usd: number): string {
  if (usd <= 0) return '$0';
  if (usd < 0.01) return '<$0.01';
  if (usd < 10) return `$${usd.toFixed(2)}`;
  return usd < 100 ? `$${usd.toFixed(1)}` : `$${grouped(Math.round(usd))}`;
}

/** "840", "12.3 k", "1.2 M". */
export function count(n: number): string {
  if (n < 1000) return String(Math.round(n));
  if (n < 999_500) return `${trim(n / 1000)} k`;
  return `${trim(n / 1_000_000)} M`;
}

/** How long ago, in the largest unit: "now", "14 m", "3 h", "2 d". */
export function ago(at: number, now: number): string {
  const minutes = Math.floor(Math.max(0, now - at) / 60_000);
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes} m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

/** The time of day, as this computer writes it. */
export function clockTime(at: number | null): string {
  return at === null ? 'a moment' : new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

/** A path with the home folder as `~`. */
export function tilde(path: string): string {
  return path.replace(/^\/(?:home|Users)\/[^/]+(?=\/|$)/, '~').replace(/^\/root(?=\/|$)/, '~');
}

/** A path as it is called inside a folder; one that is elsewhere stays whole. */
export function within(folder: string, path: string): string {
  const base = folder.endsWith('/') ? folder : `${folder}/`;
  return path.startsWith(base) && path.length > base.length ? path.slice(base.length) : path;
}

function trim(n: number): string {
  return n < 100 ? n.toFixed(1).replace(/\.0$/, '') : String(Math.round(n));
}

function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ' ');
}
