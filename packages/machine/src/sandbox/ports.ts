import type { PortRange } from '@agor/protocol';
import { portOf } from '@agor/providers';

const PROXY_VARIABLES = /^(https?|all|ftp)_proxy$/i;
/** DNS falls back to TCP when an answer is large. */
const DNS = 53;

/** The ports to which connections may be made: the provider's, those of the proxies on the way, DNS, and what the project allows. */
export function allowedPorts(
  provider: readonly number[],
  project: readonly PortRange[],
  env: Readonly<Record<string, string>>,
): [number, number][] {
  const proxies = Object.entries(env).flatMap(([name, value]) => {
    const port = PROXY_VARIABLES.test(name) ? portOf(value) : null;
    return port === null ? [] : [port];
  });
  const single = [...new Set([DNS, ...provider, ...proxies])].sort((a, b) => a - b);
  return [
    ...single.map((port): [number, number] => [port, port]),
    ...project.map((text): [number, number] => {
      const [from = 0, to = from] = text.split('-').map(Number);
      return [from, to];
    }),
  ];
}

export function portText([from, to]: [number, number]): string {
  return from === to ? String(from) : `${from}-${to}`;
}
