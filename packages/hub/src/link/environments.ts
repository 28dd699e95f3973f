import type { MachineEnvironment, SessionId, ToMachine } from '@agor/protocol';

/** What the person decided about providers, for all projects and for single ones, and the values of their secrets. */
export type ProviderDecisions = Pick<MachineEnvironment, 'providers' | 'projects' | 'secrets' | 'mcpServers'>;

/** Environments of single sessions that are kept for a machine that starts anew. */
const MAX_SESSIONS = 256;

/** What a machine has to know of environments, kept in memory only: keys must not reach a disk. */
export class Environments {
  #login: Record<string, string> | null = null;
  readonly #sessions = new Map<SessionId, Record<string, string>>();

  constructor(private readonly providerSettings: () => ProviderDecisions) {}

  /** Null until the login shell has answered. */
  get current(): MachineEnvironment | null {
    return this.#login && { base: this.#login, ...this.providerSettings() };
  }

  /** For a hello that cannot wait for the login shell; no agent starts with it. */
  get preliminary(): MachineEnvironment {
    return this.current ?? { base: {}, ...this.providerSettings() };
  }

  setLogin(environment: Record<string, string>): void {
    this.#login = environment;
  }

  setSession(sessionId: SessionId, env: Record<string, string>): void {
    this.#sessions.delete(sessionId);
    this.#sessions.set(sessionId, env);
    const [oldest] = this.#sessions.keys();
    if (oldest && this.#sessions.size > MAX_SESSIONS) this.#sessions.delete(oldest);
  }

  /** Everything, for a new connection. */
  frames(): ToMachine[] {
    const { current } = this;
    return [
      ...(current ? [{ t: 'environment' as const, environment: current }] : []),
      ...[...this.#sessions].map(([sessionId, env]) => ({ t: 'sessionEnvironment' as const, sessionId, env })),
    ];
  }
}
