import type { MachineEnvironment, ProviderId, SessionId } from '@agor/protocol';
import { composeEnvironment } from './compose.ts';
import { type ExplainedVariable, explainEnvironment } from './explain.ts';
import { type VendorPrefixes, vendorPrefixes } from './prefixes.ts';

const MAX_SESSIONS = 500;

/**
 * What the hub told us of environments. In memory only, because keys are in it. Bounded by what the hub sends: one base, and one small
 * record for each of the MAX_SESSIONS sessions that brought variables of their own last.
 */
export class EnvironmentSource {
  #environment: MachineEnvironment = { base: {}, providers: {}, projects: {} };
  readonly #sessions = new Map<SessionId, Record<string, string>>();

  constructor(private readonly prefixes: VendorPrefixes = vendorPrefixes()) {}

  get current(): MachineEnvironment {
    return this.#environment;
  }

  set(environment: MachineEnvironment): void {
    this.#environment = environment;
  }

  setSession(sessionId: SessionId, env: Record<string, string>): void {
    this.#sessions.delete(sessionId); // so that it counts as the newest
    this.#sessions.set(sessionId, env);
    const oldest = this.#sessions.keys().next().value;
    if (this.#sessions.size > MAX_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
  }

  /** What agents of a provider get of the person's shell, and what not. */
  explain(provider: ProviderId): ExplainedVariable[] {
    return explainEnvironment(this.#environment.base, provider, this.prefixes);
  }

  /** @param own agor's marks, socket and token */
  forRunner(sessionId: SessionId, provider: ProviderId, own: Readonly<Record<string, string>>): Record<string, string> {
    const { base, providers } = this.#environment;
    const session = this.#sessions.get(sessionId) ?? {};
    return composeEnvironment({ provider, base, settings: providers[provider], session, prefixes: this.prefixes, own });
  }
}
