import { join } from 'node:path';
import type { SandboxPlace } from '../../sandbox-needs.ts';
import { geminiLoadDelayMs } from './gemini-chats.ts';
import { freePort, inFolder, portsOf, xdg } from './places.ts';
import type { AcpAgent } from './types.ts';

/** Those that the tests run for real (`npm run test:agents`), in the versions that are pinned here. */

/** Platforms for which opencode publishes a build; musl ones are separate packages. */
const OPENCODE_PLATFORMS = [
  'linux-x64',
  'linux-arm64',
  'linux-x64-musl',
  'linux-arm64-musl',
  'darwin-x64',
  'darwin-arm64',
];
const OPENCODE_ASKS = { edit: 'ask', bash: 'ask', webfetch: 'ask', external_directory: 'ask', doom_loop: 'ask' };

const OPENCODE_PORT = 'AGOR_OPENCODE_PORT';
const opencodeConfig = (place: SandboxPlace) => xdg(place, 'XDG_CONFIG_HOME', '.config', 'opencode');

export const opencode: AcpAgent = {
  name: 'opencode',
  label: 'opencode',
  description: 'opencode, with any model that it is set up for',
  cli: {
    binary: 'opencode',
    npmPackage: (platform) => (OPENCODE_PLATFORMS.includes(platform) ? `opencode-${platform}` : null),
    npmVersion: '1.18.33',
    version: '1.18.33',
    sizeMb: 180,
    binaryPathInPackage: () => 'bin/opencode',
    args: ['acp'],
  },
  env: {
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    // Unasked it would allow everything; the person's own configuration still has the last word per tool.
    OPENCODE_PERMISSION: JSON.stringify(OPENCODE_ASKS),
  },
  modes: { default: 'build', plan: 'plan' },
  envPrefixes: ['OPENCODE_'],
  ownPort: { option: '--port', variable: OPENCODE_PORT },
  neverAsks: 'opencode reads and searches the project without asking.',
  sandbox: {
    write: (place) => [
      xdg(place, 'XDG_DATA_HOME', '.local/share', 'opencode'),
      xdg(place, 'XDG_STATE_HOME', '.local/state', 'opencode'),
      xdg(place, 'XDG_CACHE_HOME', '.cache', 'opencode'),
    ],
    folders: (place) => [opencodeConfig(place)],
    emptyFiles: (place) => [opencodeConfig(place), join(place.cwd, '.opencode')].map((dir) => join(dir, '.gitignore')),
    projectGuards: ['.opencode', 'opencode.json', 'opencode.jsonc'],
    env: () => ({ [OPENCODE_PORT]: String(freePort()) }),
    ports: (place) => [...portsOf(place, ['OPENCODE_CONFIG_CONTENT']), Number(place.env[OPENCODE_PORT])],
  },
  capabilities: { fork: true, cost: true },
};

const geminiHome = ({ env, home }: SandboxPlace) => join(env.GEMINI_CLI_HOME || home, '.gemini');

export const gemini: AcpAgent = {
  name: 'gemini',
  label: 'Gemini CLI',
  description: "Google's Gemini CLI",
  cli: {
    binary: 'gemini',
    npmPackage: () => '@google/gemini-cli',
    npmVersion: '0.61.0',
    version: '0.61.0',
    sizeMb: 100,
    binaryPathInPackage: () => 'bundle/gemini.js',
    args: ['--acp'],
    node: 20,
  },
  modes: { default: 'default', acceptEdits: 'autoEdit', plan: 'plan', bypassPermissions: 'yolo' },
  authMethods: [{ variable: 'GEMINI_API_KEY', method: 'gemini-api-key' }],
  signInFirst: true,
  loadDelayMs: geminiLoadDelayMs,
  signIn: {
    variables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GENAI_USE_VERTEXAI'],
    file: { dirVariable: 'GEMINI_CONFIG_DIR', dir: '.gemini', name: 'oauth_creds.json' },
    hint: (program) => `Run \`${program}\` in a terminal and sign in, or set GEMINI_API_KEY.`,
  },
  envPrefixes: ['GEMINI_', 'GOOGLE_'],
  neverAsks: 'Gemini CLI reads and searches the project without asking.',
  sandbox: {
    write: (place) => [geminiHome(place)],
    guard: (place) =>
      inFolder(geminiHome(place), [
        'settings.json',
        'extensions',
        'commands',
        'policies',
        'hooks',
        'skills',
        'agents',
        'GEMINI.md',
        'trustedFolders.json',
        '.env',
      ]),
    projectGuards: ['.gemini'],
    ports: (place) => portsOf(place, ['GOOGLE_GEMINI_BASE_URL', 'GOOGLE_VERTEX_BASE_URL']),
  },
};

const qwenHome = ({ env, home }: SandboxPlace) => env.QWEN_HOME || join(home, '.qwen');

export const qwen: AcpAgent = {
  name: 'qwen',
  label: 'Qwen Code',
  description: "Alibaba's Qwen Code, also for any OpenAI-compatible server",
  cli: {
    binary: 'qwen',
    npmPackage: () => '@qwen-code/qwen-code',
    npmVersion: '0.24.4',
    version: '0.24.4',
    sizeMb: 152,
    binaryPathInPackage: () => 'cli-entry.js',
    args: ['--acp'],
    node: 22,
  },
  // Without it the agent begins in `auto`, where a model decides what is asked.
  modes: { default: 'default', acceptEdits: 'auto-edit', plan: 'plan', bypassPermissions: 'yolo' },
  authMethods: [{ variable: 'OPENAI_API_KEY', method: 'openai' }],
  signIn: {
    variables: ['OPENAI_API_KEY', 'DASHSCOPE_API_KEY', 'QWEN_API_KEY'],
    file: { dirVariable: 'QWEN_HOME', dir: '.qwen', name: 'oauth_creds.json' },
    hint: (program) =>
      `Run \`${program}\` in a terminal and sign in, or set OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL in providers.acp.config.agents.qwen.env.`,
  },
  envPrefixes: ['QWEN_', 'DASHSCOPE_'],
  neverAsks: 'Qwen Code reads the project and runs commands that only read without asking.',
  sandbox: {
    write: (place) => [qwenHome(place)],
    guard: (place) =>
      inFolder(qwenHome(place), [
        'settings.json',
        'extensions',
        'commands',
        'hooks',
        'skills',
        'agents',
        'QWEN.md',
        'trustedFolders.json',
        '.env',
      ]),
    projectGuards: ['.qwen'],
    ports: (place) => portsOf(place, ['OPENAI_BASE_URL', 'DASHSCOPE_PROXY_BASE_URL']),
  },
};

const claudeHome = ({ env, home }: SandboxPlace) => env.CLAUDE_CONFIG_DIR || join(home, '.claude');

export const claudeAgentAcp: AcpAgent = {
  name: 'claude-agent-acp',
  label: 'Claude (ACP)',
  description: 'Claude Code behind the ACP adapter; the provider "Claude" can do more',
  cli: {
    binary: 'claude-agent-acp',
    npmPackage: () => '@agentclientprotocol/claude-agent-acp',
    npmVersion: '0.101.0',
    version: '0.101.0',
    sizeMb: 401,
    binaryPathInPackage: () => 'dist/index.js',
    node: 22,
  },
  env: { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' },
  // Without it the agent begins in `auto`, which asks nothing.
  modes: { default: 'default', acceptEdits: 'acceptEdits', plan: 'plan', bypassPermissions: 'bypassPermissions' },
  compact: '/compact',
  signIn: {
    variables: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'],
    file: { dirVariable: 'CLAUDE_CONFIG_DIR', dir: '.claude', name: '.credentials.json' },
    keychainOn: ['darwin'],
    hint: () => 'Sign in with Claude Code (`claude auth login` in a terminal), or set ANTHROPIC_API_KEY.',
  },
  envPrefixes: ['ANTHROPIC_', 'CLAUDE_'],
  neverAsks: 'Claude Code never asks before read-only tools and commands that it judges read-only.',
  sandbox: {
    write: (place) => [claudeHome(place), join(place.home, '.claude.json')],
    guard: (place) =>
      inFolder(claudeHome(place), [
        'settings.json',
        'settings.local.json',
        'hooks',
        'plugins',
        'commands',
        'agents',
        'skills',
        'CLAUDE.md',
      ]),
    projectGuards: ['.claude', '.mcp.json'],
    ports: (place) => portsOf(place, ['ANTHROPIC_BASE_URL']),
    env: ({ tmp }) => ({ CLAUDE_CODE_TMPDIR: tmp }),
  },
  capabilities: { fork: true, cost: true, subagents: true, compact: true },
};

const codexHome = ({ env, home }: SandboxPlace) => env.CODEX_HOME || join(home, '.codex');

export const codexAcp: AcpAgent = {
  name: 'codex-acp',
  label: 'Codex (ACP)',
  description: 'Codex behind the ACP adapter; the provider "Codex" can do more',
  cli: {
    binary: 'codex-acp',
    npmPackage: () => '@agentclientprotocol/codex-acp',
    npmVersion: '2.6.0',
    version: '2.6.0',
    sizeMb: 457,
    binaryPathInPackage: () => 'dist/index.js',
    node: 20,
  },
  modes: { default: 'read-only', acceptEdits: 'workspace-write', bypassPermissions: 'agent-full-access' },
  authMethods: [{ variable: 'OPENAI_API_KEY', method: 'api-key' }],
  compact: '/compact',
  signIn: {
    variables: ['OPENAI_API_KEY', 'CODEX_API_KEY'],
    file: { dirVariable: 'CODEX_HOME', dir: '.codex', name: 'auth.json' },
    hint: () => 'Sign in with Codex (`codex login` in a terminal), or set OPENAI_API_KEY.',
  },
  envPrefixes: ['OPENAI_', 'CODEX_'],
  neverAsks: 'Codex runs commands that only read without asking, inside a sandbox of its own.',
  caveat: "its own sandbox cannot start inside agor's: in a project with the sandbox on, take the provider Codex",
  sandbox: {
    write: (place) => [codexHome(place)],
    guard: (place) =>
      inFolder(codexHome(place), ['config.toml', 'hooks', 'hooks.json', 'skills', 'prompts', 'rules', 'AGENTS.md']),
    projectGuards: ['.codex'],
    ports: (place) => portsOf(place, ['OPENAI_BASE_URL', 'CODEX_CONFIG']),
  },
  capabilities: { fork: true, compact: true },
};
