import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { portOf, type SandboxNeeds, type SandboxPlace } from '../sandbox-needs.ts';
import { configDirOf } from './services/config-dir.ts';

/** Where this project's conversations are; those of other projects stay closed. */
function transcripts(place: SandboxPlace): string[] {
  const cwds = new Set([place.cwd, real(place.cwd)]);
  return [...cwds].map((cwd) => join(configDir(place), 'projects', cwd.replace(/[^a-zA-Z0-9]/g, '-')));
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // it is gone: the start says so
  }
}

function configDir({ home, env, claudeConfigDir }: SandboxPlace): string {
  return configDirOf({ env: { ...env, HOME: home }, claudeConfigDir });
}

/** The file that holds MCP servers and the account: in the folder of its settings, or beside the usual one. */
function globalConfig(place: SandboxPlace): string {
  const named = place.claudeConfigDir !== null || place.env.CLAUDE_CONFIG_DIR;
  return named ? join(configDir(place), '.claude.json') : join(place.home, '.claude.json');
}

/** What it reads of the person's settings; not the prompts and conversations of other projects, which lie beside them. */
const SETTINGS = [
  '.credentials.json',
  'CLAUDE.md',
  'agents',
  'commands',
  'hooks',
  'keybindings.json',
  'output-styles',
  'plugins',
  'policy-limits.json',
  'remote-settings.json',
  'rules',
  'settings.json',
  'settings.local.json',
  'skills',
];

/** Its to-do lists and plans: text without orders. Shell snapshots and session environments are not among them, for a shell obeys them. */
const WORK = ['tasks', 'todos', 'plans'];

const HTTPS = 443;

/** What was seen with the real CLI, and why it is so: docs/decisions/0010-claude-inside-the-sandbox.md. */
export const claudeSandbox: SandboxNeeds = {
  write: (place) => [...transcripts(place), ...WORK.map((name) => join(configDir(place), name))],
  read: (place) => [globalConfig(place), ...SETTINGS.map((name) => join(configDir(place), name))],
  guard: (place) => [globalConfig(place), configDir(place)],
  projectGuards: ['.claude/', '.mcp.json'],
  ports: ({ env }) => {
    const own = portOf(env.ANTHROPIC_BASE_URL) ?? HTTPS;
    const proxies = [env.HTTPS_PROXY, env.https_proxy, env.HTTP_PROXY, env.http_proxy].map(portOf);
    return [...new Set([own, ...proxies.filter((port) => port !== null)])];
  },
  env: ({ tmp }) => ({ CLAUDE_CODE_TMPDIR: tmp }),
  vendor:
    'Claude Code’s own sandbox holds the commands that it runs: they write in the project only and reach no network unasked. It covers neither its file tools, which ask, nor MCP servers.',
};
