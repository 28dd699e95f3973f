import { dirname, join } from 'node:path';
import { portOf, type SandboxNeeds, type SandboxPlace } from '../sandbox-needs.ts';

/** Where Codex keeps its settings, its sign-in and its conversations. */
export function codexHome(env: Readonly<Record<string, string | undefined>>, home: string): string {
  return env.CODEX_HOME || join(home, '.codex');
}

/** In CODEX_HOME: what a later run outside of the sandbox would obey. */
const ORDERS = [
  'config.toml',
  '.credentials.json',
  '.env',
  'AGENTS.md',
  'AGENTS.override.md',
  'agents',
  'hooks',
  'hooks.json',
  'plugins',
  'prompts',
  'requirements.toml',
  'rules',
  'skills',
];

/** Base URLs of model servers, wherever the configuration has them. */
function urlsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    typeof each === 'string' && /(^|[._])(base_url|url)$/.test(key) ? [each] : urlsIn(each),
  );
}

const HTTPS = 443;

export const codexSandbox: SandboxNeeds = {
  // All of it: its databases make and remove files beside themselves.
  write: ({ env, home }) => [codexHome(env, home)],
  read: ({ command }: SandboxPlace) => {
    const [program] = command;
    // The program lies in bin/ of a folder that also holds its ripgrep and its helpers.
    return program?.includes('/') ? [dirname(dirname(program))] : [];
  },
  guard: ({ env, home }) => {
    const folder = codexHome(env, home);
    // Not `auth.json`: Codex renews the sign-in, the token before it ends with that, and a renewal that could not be kept would sign the
    // person out. It holds no orders.
    return ORDERS.map((name) => join(folder, name));
  },
  projectGuards: ['.codex', '.agents'],
  ports: ({ config, env }) => {
    const ports = [...urlsIn(config), env.OPENAI_BASE_URL].map(portOf).filter((port) => port !== null);
    return [...new Set([HTTPS, ...ports])];
  },
  vendor:
    'Codex’s own sandbox: commands write only in the project and in temp folders and reach no network; they run unasked, and what must leave the sandbox is asked about. It does not cover MCP servers, nor what Codex itself reads.',
};
