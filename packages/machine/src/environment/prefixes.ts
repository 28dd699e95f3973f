import { type ProviderId, providerFamily, providerVariant } from '@agor/protocol';

/** Which names belong to which vendor: prefix → the providers that may have them. */
export type VendorPrefixes = ReadonlyMap<string, ReadonlySet<string>>;

/** Vendors whose provider may not be built in here: their keys reach nobody else all the same. */
const KNOWN_PREFIXES: Readonly<Record<string, readonly string[]>> = {
  claude: ['ANTHROPIC_', 'CLAUDE_'],
  codex: ['CODEX_', 'OPENAI_'],
  gemini: ['GEMINI_', 'GOOGLE_API_', 'GOOGLE_GENAI_'],
  opencode: ['OPENCODE_'],
  cursor: ['CURSOR_'],
  copilot: ['COPILOT_'],
  qwen: ['QWEN_', 'DASHSCOPE_'],
  ollama: ['OLLAMA_'],
  aider: ['AIDER_', 'OPENROUTER_'],
  mistral: ['MISTRAL_'],
  groq: ['GROQ_'],
  deepseek: ['DEEPSEEK_'],
  xai: ['XAI_'],
};

/** They tell a vendor's program that it runs inside another agent; ours does not, even if agor was started from one. */
export const NESTED_AGENT_VARIABLES: readonly string[] = [
  'CLAUDECODE',
  'CLAUDE_CODE_ENTRYPOINT',
  'CLAUDE_CODE_SSE_PORT',
  'CLAUDE_CODE_SESSION_ID',
  'CLAUDE_CODE_SESSION_ACCESS_TOKEN',
  'CLAUDE_CODE_EXECPATH',
  'CLAUDE_PROJECT_DIR',
  'CLAUDE_ENV_FILE',
  'CLAUDE_PLUGIN_ROOT',
  'CODEX_SANDBOX',
  'CODEX_SANDBOX_NETWORK_DISABLED',
  'CODEX_THREAD_ID',
  'CODEX_CI',
  'GEMINI_CLI',
  'OPENCODE',
  'CURSOR_AGENT',
  'CURSOR_TRACE_ID',
  'QWEN_CODE',
];

/** The known table plus what the providers themselves declare (`envPrefixes` of their definitions). */
export function vendorPrefixes(
  declared: readonly { readonly id: string; readonly envPrefixes: readonly string[] }[] = [],
): VendorPrefixes {
  const table = new Map<string, Set<string>>();
  const add = (prefix: string, id: string): void => {
    table.set(prefix, (table.get(prefix) ?? new Set()).add(id));
  };
  for (const [id, prefixes] of Object.entries(KNOWN_PREFIXES)) for (const prefix of prefixes) add(prefix, id);
  for (const { id, envPrefixes } of declared) for (const prefix of envPrefixes) add(prefix, id);
  return table;
}

/** The providers that a variable belongs to; null when it is nobody's in particular. */
export function ownerOf(name: string, table: VendorPrefixes): ReadonlySet<string> | null {
  let owners: Set<string> | null = null;
  for (const [prefix, ids] of table) {
    if (!name.startsWith(prefix)) continue;
    owners ??= new Set();
    for (const id of ids) owners.add(id);
  }
  return owners;
}

/** agor's own: data folders, test switches, marks and tokens of a session around us. */
export function isOwnVariable(name: string): boolean {
  return name.startsWith('AGOR_');
}

/** Whether a variable's value must not be shown. */
export function isSecretName(name: string): boolean {
  return /key|token|secret|passw|credential|auth/i.test(name);
}

/** For whom an environment is composed: whose variables it may have. */
export interface VariableOwner {
  /** The provider's id, its family, and the name of the agent: `acp:gemini` may have what is Gemini's. */
  readonly names: readonly string[];
  /** What its own definition declares, besides. */
  readonly prefixes: readonly string[];
}

export function variableOwner(id: ProviderId, prefixes: readonly string[] = []): VariableOwner {
  const variant = providerVariant(id);
  return { names: [id, providerFamily(id), ...(variant === null ? [] : [variant])], prefixes };
}

export function mayHave(name: string, owner: VariableOwner, table: VendorPrefixes): boolean {
  const owners = ownerOf(name, table);
  if (owners === null || owner.names.some((one) => owners.has(one))) return true;
  return owner.prefixes.some((prefix) => name.startsWith(prefix));
}
