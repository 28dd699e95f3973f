import { z } from 'zod';
import { type ProviderId, providerFamily } from './ids.ts';

/** The longest secret that is taken, in characters: room for a private key or a service account. */
export const MAX_SECRET_CHARS = 8192;
/** A shorter one is kept but not looked for in what agents say: it would be found everywhere. */
export const MIN_REDACTED_CHARS = 8;
/** As many as are kept at once: all of them are read whenever agents start. */
export const MAX_SECRETS = 100;

/** What a secret is called: the account under which the keyring has it, and how settings refer to it. */
export const SecretName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'a name begins with a letter and has up to 64 letters, digits, _ and -');
export type SecretName = z.infer<typeof SecretName>;

export const SecretValue = z
  .string()
  .min(1, 'a value is needed')
  .max(MAX_SECRET_CHARS, `a secret has ${MAX_SECRET_CHARS} characters at most`)
  .refine((value) => !value.includes('\0'), 'a secret has no NUL character');

/** A secret that agor knows the use of. */
export interface KnownSecret {
  readonly name: SecretName;
  readonly label: string;
  /** Whose agents may get it, as which variable: a provider's family, or one agent of a family. A vendor's key reaches no other vendor's agents. */
  readonly variables: Readonly<Record<string, readonly string[]>>;
}

const GITHUB = ['GITHUB_TOKEN', 'GH_TOKEN'] as const;

export const KNOWN_SECRETS: readonly KnownSecret[] = [
  { name: 'anthropic_api_key', label: 'Anthropic API key', variables: { claude: ['ANTHROPIC_API_KEY'] } },
  {
    name: 'openai_api_key',
    label: 'OpenAI API key',
    variables: { codex: ['OPENAI_API_KEY', 'CODEX_API_KEY'], ollama: ['OPENAI_API_KEY'] },
  },
  {
    name: 'openrouter_api_key',
    label: 'OpenRouter API key',
    variables: { aider: ['OPENROUTER_API_KEY'], 'acp:opencode': ['OPENROUTER_API_KEY'] },
  },
  {
    name: 'github_token',
    label: 'GitHub token',
    variables: { claude: GITHUB, codex: GITHUB, ollama: GITHUB, aider: GITHUB, acp: GITHUB },
  },
  { name: 'relay_token', label: 'Relay token', variables: {} },
];

/** The known secrets that agents of a provider, or of some agent of a family, can be given. */
export function storableKeys(provider: string): readonly KnownSecret[] {
  return KNOWN_SECRETS.filter(({ variables }) =>
    Object.keys(variables).some((id) => id === provider || id.startsWith(`${provider}:`)),
  );
}

/** As which variables one provider's agents get a known secret; none when it is not theirs. */
export function secretVariables(name: SecretName, provider: ProviderId): readonly string[] {
  const variables = KNOWN_SECRETS.find((known) => known.name === name)?.variables ?? {};
  return variables[provider] ?? variables[providerFamily(provider)] ?? [];
}

/** `secret://name` in a setting stands for the value, which is put in when an agent starts; also within a longer text: `Bearer secret://name`. */
const REFERENCE = /secret:\/\/([A-Za-z][A-Za-z0-9_-]{0,63})/g;

export function secretReference(name: SecretName): string {
  return `secret://${name}`;
}

/** The names that a text refers to. */
export function referredSecrets(text: string): SecretName[] {
  return text.includes('secret://') ? [...text.matchAll(REFERENCE)].map(([, name]) => name as SecretName) : [];
}

/** The text with each reference replaced by what `value` has for it; one for which it has nothing stays. */
export function fillInSecrets(text: string, value: (name: SecretName) => string | undefined): string {
  if (!text.includes('secret://')) return text;
  return text.replace(REFERENCE, (reference, name: SecretName) => value(name) ?? reference);
}

/** Whether secrets can be kept on this computer now. `message` says why not, and what to do. */
export const KeyringState = z.object({
  state: z.enum(['ready', 'locked', 'none', 'silent', 'failed']),
  message: z.string().nullable(),
});
export type KeyringState = z.infer<typeof KeyringState>;

/** What may be known of a secret outside the hub: never its value. */
export const SecretInfo = z.object({
  name: SecretName,
  /** Null: the person's own. */
  label: z.string().nullable(),
  isSet: z.boolean(),
  /** When it was last set here, in ms since the epoch; null when agor did not set it. */
  since: z.number().nullable(),
  /** It is too short to be looked for in what agents say. */
  isShort: z.boolean(),
  /** What uses it, in words: providers by name, projects. */
  usedBy: z.array(z.string()),
});
export type SecretInfo = z.infer<typeof SecretInfo>;

export const SecretsStanding = z.object({ keyring: KeyringState, secrets: z.array(SecretInfo) });
export type SecretsStanding = z.infer<typeof SecretsStanding>;

/** Said wherever secrets are set. */
export const NO_PLAINTEXT =
  'Secrets are kept in the keyring of your system only. agor never writes them to a file of its own, so without a keyring they cannot be kept.';
