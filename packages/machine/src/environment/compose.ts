import { isOwnVariable, mayHave, NESTED_AGENT_VARIABLES, type VariableOwner, type VendorPrefixes } from './prefixes.ts';

export interface EnvironmentRequest {
  readonly owner: VariableOwner;
  /** The person's login-shell environment. */
  readonly base: Readonly<Record<string, string>>;
  /** What the person wrote into settings for this provider, its agent and the project. */
  readonly added: Readonly<Record<string, string>>;
  /** What was brought for this one session (`agor run`). */
  readonly session: Readonly<Record<string, string>>;
  readonly prefixes: VendorPrefixes;
  /** Marks, socket, token: the last word. */
  readonly own: Readonly<Record<string, string>>;
}

/** For a base without PATH: a shell would take the same. */
const FALLBACK_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The whole environment of a runner, composed anew from its parts: login shell, then the settings, then what the session
 * brought, then agor's own. Variables of other vendors are left out, unless the person wrote them into the settings. Holds keys:
 * never to be journaled or logged.
 */
export function composeEnvironment(request: EnvironmentRequest): Record<string, string> {
  const { owner, base, added, session, prefixes, own } = request;
  const env: Record<string, string> = {};
  const add = (part: Readonly<Record<string, string>>): void => {
    for (const [name, value] of Object.entries(part)) if (mayHave(name, owner, prefixes)) env[name] = value;
    for (const name of NESTED_AGENT_VARIABLES) delete env[name];
  };
  add(base);
  Object.assign(env, added);
  add(session);
  for (const name of Object.keys(env)) if (isOwnVariable(name)) delete env[name];
  env.PATH ||= FALLBACK_PATH;
  return Object.assign(env, own);
}
