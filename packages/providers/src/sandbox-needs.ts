/** Where a session runs, for working out what its provider must reach. All paths absolute. */
export interface SandboxPlace {
  readonly home: string;
  /** The whole environment that the runner gets; it holds keys. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** The session's private temp folder; TMPDIR points to it. */
  readonly tmp: string;
  /** `providers.<id>.config` with the project's overrides. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly variant: string | null;
  /** The vendor's program as it will be started, if there is one. */
  readonly command: readonly string[];
  /** A Claude profile's folder. */
  readonly claudeConfigDir: string | null;
}

/**
 * What a provider's agent must reach besides the project, the system and its temp folder. Paths that do not exist are left out,
 * except those of `write` and `folders`, which are made.
 */
export interface SandboxNeeds {
  /** Transcripts, caches: folders or files that it writes. Nothing in which a later run outside would find orders. */
  write?(place: SandboxPlace): readonly string[];
  read?(place: SandboxPlace): readonly string[];
  /** Folders that are only read, and without which it does not start, though they be empty: they are made. */
  folders?(place: SandboxPlace): readonly string[];
  /** Files that it makes when it starts, also where it may only read, and fails if it can't: empty ones stand there meanwhile. */
  emptyFiles?(place: SandboxPlace): readonly string[];
  /** Below a `write` folder, and yet only to be read: settings, hooks, MCP configuration. */
  guard?(place: SandboxPlace): readonly string[];
  /**
   * Relative to any project: files and folders in which this vendor's program finds settings, hooks, plugins or MCP servers. They are
   * guarded for the agents of every provider, for one must not give orders to another.
   */
  readonly projectGuards?: readonly string[];
  /** TCP ports of its model server; 443 when it says nothing. */
  ports?(place: SandboxPlace): readonly number[];
  /** Variables that it needs only inside the sandbox. */
  env?(place: SandboxPlace): Readonly<Record<string, string>>;
  /** Its own sandbox can be used where ours can't be had; in words for the person, what that covers. */
  readonly vendor?: string;
}

/** The port of a URL, also when it is the scheme's own; null for what is no URL. */
export function portOf(url: string | undefined): number | null {
  if (!url || !URL.canParse(url)) return null;
  const { port, protocol } = new URL(url);
  if (port) return Number(port);
  return protocol === 'https:' || protocol === 'wss:' ? 443 : protocol === 'http:' || protocol === 'ws:' ? 80 : null;
}
