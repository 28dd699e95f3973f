/** What a browser test may ask of its world. The world runs in Bun and Playwright in Node, so these cross a pipe as NDJSON. */
export interface WorldCalls {
  /** Makes the world; the first call. `env` is added to the environment of everything that it starts. */
  begin(options: BeginOptions): { root: string };
  /** Starts the hub and returns the address that `agor serve` printed. Without a port it takes a free one. */
  serve(port?: number): Served;
  /** `kill -9` of the hub. */
  killHub(): null;
  /** SIGTERM: the hub ends as it should, agents and terminals stay. */
  stopHub(): null;
  /** `kill -9` of the runner of the only session that has one. */
  killRunner(): null;
  agor(...args: string[]): { stdout: string; stderr: string; exitCode: number };
  /** Starts `agor` in the background; `waitFor` tells how it ended. */
  start(...args: string[]): number;
  waitFor(id: number): { stdout: string; stderr: string; exitCode: number };
  /** What the Claude CLI asked of the stand-in so far. */
  modelCalls(): number;
  /** Lets a scripted answer of the stand-in go on past its gate. */
  openGate(name: string): null;
}

export interface BeginOptions {
  readonly name: string;
  readonly env?: Record<string, string>;
  /** Starts the stand-in of the Messages API, points the Claude CLI at it and has that CLI installed. */
  readonly claude?: boolean;
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
