import type { MachineEnvironment, ProjectId, ProviderId, SessionId } from '@agor/protocol';
import { SecretRedactor } from '@agor/runtime';
import { agentEnvironment, settingsFor } from './agent-environment.ts';
import { type ExplainedVariable, explainEnvironment } from './explain.ts';
import { type VendorPrefixes, variableOwner, vendorPrefixes } from './prefixes.ts';
import { secretValues } from './secrets.ts';

const MAX_SESSIONS = 500;

/**
 * What the hub told us of environments. In memory only, because keys are in it. Bounded by what the hub sends: one base, and one small
 * record for each of the MAX_SESSIONS sessions that brought variables of their own last.
 */
export class EnvironmentSource {
  #environment: MachineEnvironment = { base: {}, providers: {}, projects: {}, secrets: {} };
  readonly #sessions = new Map<SessionId, Record<string, string>>();

  constructor(
    private readonly prefixes: VendorPrefixes = vendorPrefixes(),
    /** Is told what agents must not say. */
    private readonly redactor: SecretRedactor = new SecretRedactor(),
  ) {}

  get current(): MachineEnvironment {
    return this.#environment;
  }

  set(environment: MachineEnvironment): void {
    this.#environment = environment;
    this.redactor.set(secretValues(environment));
  }

  setSession(sessionId: SessionId, env: Record<string, string>): void {
    this.#sessions.delete(sessionId); // so that it counts as the newest
    this.#sessions.set(sessionId, env);
    const oldest = this.#sessions.keys().next().value;
    if (this.#sessions.size > MAX_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
  }

  /** What agents of a provider get of the person's shell, and what not. */
  explain(provider: ProviderId): ExplainedVariable[] {
    const { definition } = settingsFor(this.#environment, provider, null);
    return explainEnvironment(this.#environment.base, variableOwner(provider, definition?.envPrefixes), this.prefixes);
  }

  /** @param own agor's marks, socket and token */
  forRunner(
    sessionId: SessionId,
    provider: ProviderId,
    projectId: ProjectId | null,
    own: Readonly<Record<string, string>>,
  ): Record<string, string> {
    return this.#compose(provider, projectId, this.#sessions.get(sessionId) ?? {}, own);
  }

  /** What an agent of that provider would get in that project, agor's own marks aside. */
  forAgent(provider: ProviderId, projectId: ProjectId | null): Record<string, string> {
    return this.#compose(provider, projectId, {}, {});
  }

  #compose(
    provider: ProviderId,
    projectId: ProjectId | null,
    session: Readonly<Record<string, string>>,
    own: Readonly<Record<string, string>>,
  ): Record<string, string> {
    const { prefixes } = this;
    return agentEnvironment({ environment: this.#environment, provider, projectId, session, prefixes, own });
  }
}
