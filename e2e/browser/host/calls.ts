import type { Received } from '../../telemetry/collector.ts';

/** What a browser test may ask of its world. The world runs in Bun and Playwright in Node, so these cross a pipe as NDJSON. */
export interface WorldCalls {
  /** Makes the world; the first call. `env` is added to the environment of everything that it starts. */
  begin(options: BeginOptions): { root: string };
  /** Starts the hub and returns the address that `agor serve` printed. Without a port it takes a free one. */
  serve(port?: number): Served;
  /** `kill -9` of the hub. */
  killHub(): null;
  /** `kill -9` of the machine, with which every agent and terminal goes. */
  killMachine(): null;
  agor(...args: string[]): { stdout: string; stderr: string; exitCode: number };
  /** What the Claude CLI asked of the stand-in so far. */
  modelCalls(): number;
  /** Locks the keyring. Nobody is there who would answer its question for the password. */
  lockKeyring(): null;
  /** Ends the keyring, as a crash does; `start` brings it back with what it has on disk, unlocked. */
  killKeyring(): null;
  startKeyring(): null;
  /** What the collector has received so far; null without one. */
  telemetry(): Received | null;
}

export interface BeginOptions {
  readonly name: string;
  readonly env?: Record<string, string>;
  /** Starts the stand-in of the Messages API, points the Claude CLI at it and has that CLI installed. */
  readonly claude?: boolean;
  /** Starts the stand-in of an Ollama server and points agor at it. */
  readonly ollama?: boolean;
  /** Starts a gnome-keyring of the file's own, on a bus of its own, for the hub to keep secrets in. */
  readonly keyring?: boolean;
  /** Starts a collector and lets the hub export to it. */
  readonly telemetry?: boolean;
}

export interface Served {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
}

export interface Call {
  readonly id: number;
  readonly method: keyof WorldCalls;
  readonly args: unknown[];
}

export type Reply = { readonly id: number } & ({ readonly value: unknown } | { readonly error: string });
