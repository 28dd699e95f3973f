import { err, ok, type Result } from '@agor/runtime';

export const DEFAULT_PORT = 9700;
const LOOPBACK = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|\[::1\])$/i;

/** Whether a host name of `--host` or of a Host header can only mean this computer. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** The address to listen on, or why not: whatever reads the network must not read agor in the clear. */
export function listenAddress(host: string): Result<string, string> {
  if (isLoopback(host)) return ok(host.replace(/^\[(.*)\]$/, '$1'));
  return err(
    `agor listens on this computer only (127.0.0.1, ::1, localhost), not on ${JSON.stringify(host)}: listening to the network needs TLS, which this version of agor can't do yet. To use it from another computer, forward the port over SSH: ssh -L ${DEFAULT_PORT}:127.0.0.1:${DEFAULT_PORT} <this computer>`,
  );
}

/** How the address is written in a URL. */
export function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
