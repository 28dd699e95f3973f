import { join } from 'node:path';
import { portOf, type SandboxPlace } from '../../sandbox-needs.ts';

/** HTTPS, and the ports of the model servers that these variables name (a URL, or JSON with URLs in it). */
export function portsOf({ env }: Pick<SandboxPlace, 'env'>, variables: readonly string[]): number[] {
  const urls = variables.flatMap((name) => env[name]?.match(/(?:https?|wss?):\/\/[^\s"'\\]+/g) ?? []);
  const ports = urls.map(portOf).filter((port) => port !== null);
  return [...new Set([443, ...ports])];
}

/** `$<variable>/<name>`, or below the home folder where the variable is not set (the XDG folders). */
export function xdg({ env, home }: SandboxPlace, variable: string, fallback: string, name: string): string {
  return join(env[variable] || join(home, fallback), name);
}

/** Files in an agent's own folder, which it writes, from which it also takes orders: they can only be read. */
export const inFolder = (folder: string, names: readonly string[]): string[] => names.map((name) => join(folder, name));

/** A TCP port of this computer that nobody listens on now. */
export function freePort(): number {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: () => undefined } });
  const { port } = listener;
  listener.stop(true);
  return port;
}
