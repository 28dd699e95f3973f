import {
  fillInSecrets,
  type MachineEnvironment,
  type McpServerChoice,
  type ProviderId,
  referredSecrets,
  type SecretName,
  secretVariables,
} from '@agor/protocol';
import { isSecretName } from './prefixes.ts';

type Values = Readonly<Record<SecretName, string>> | undefined;

/** The variables by which agents of a provider get the stored keys that the person chose for it. A key that was not read is absent. */
export function storedKeyVariables(
  storedKeys: readonly SecretName[],
  provider: ProviderId,
  secrets: Values,
): Record<string, string> {
  return Object.fromEntries(
    storedKeys.flatMap((name) => {
      const value = secrets?.[name];
      return value === undefined ? [] : secretVariables(name, provider).map((variable) => [variable, value]);
    }),
  );
}

/** A copy in which each `secret://name` of a text is the value. One that there is no value for stays as it is. */
export function withSecrets<T>(value: T, secrets: Values): T {
  if (typeof value === 'string') return fillInSecrets(value, (name) => secrets?.[name]) as T;
  if (Array.isArray(value)) return value.map((item) => withSecrets(item, secrets)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withSecrets(item, secrets)])) as T;
}

/** The secrets that `settings` name and that are not there: an agent must not start without what it was promised. */
export function missingSecrets(storedKeys: readonly SecretName[], settings: unknown, secrets: Values): SecretName[] {
  const named = [...storedKeys, ...referredSecrets(JSON.stringify(settings) ?? '')];
  return [...new Set(named)].filter((name) => secrets?.[name] === undefined);
}

/** A path or an address is no secret, whatever its variable is called. */
const NO_SECRET = /^(?:\/|~|\.|https?:|unix:|secret:)|\s/;
const KEY_NAME = /(?:^|_)(?:API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD)$/i;
const MIN_LOGIN_CHARS = 16;

/** What agents must not say, by the name that stands for it: stored secrets, and keys among the variables that they get. */
export function secretValues(environment: MachineEnvironment): Record<string, string> {
  const { base, providers, projects, secrets, mcpServers = {} } = environment;
  const settings = [...Object.values(providers), ...Object.values(projects).flatMap((one) => Object.values(one))];
  const variables = settings.flatMap(({ env = {} }) => Object.entries(env));
  const servers = Object.entries(mcpServers).flatMap(([server, choice]) => serverValues(server, choice));
  const written = [...variables, ...servers].filter(([name]) => isSecretName(name));
  const login = Object.entries(base).filter(([name, value]) => KEY_NAME.test(name) && value.length >= MIN_LOGIN_CHARS);
  const fromVariables = [...login, ...written].filter(([, value]) => !NO_SECRET.test(value));
  // The names of stored secrets come first: they say more than a variable's.
  return { ...Object.fromEntries(fromVariables), ...secrets };
}

/** `Bearer` and the like are no part of the key. */
function serverValues(server: string, choice: McpServerChoice): [name: string, value: string][] {
  const values = 'url' in choice ? choice.headers : 'command' in choice ? choice.env : {};
  return Object.entries(values).map(([name, value]) => [
    `${name} of ${server}`,
    value.replace(/^(?:basic|bearer|token) /i, ''),
  ]);
}
