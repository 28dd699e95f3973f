import { defineProvider } from '../define.ts';
import { claudeSandbox } from './sandbox.ts';

const NPM_PREFIX = '@anthropic-ai/claude-agent-sdk-';
const PLATFORMS: readonly string[] = [
  'linux-x64',
  'linux-arm64',
  'linux-x64-musl',
  'linux-arm64-musl',
  'darwin-x64',
  'darwin-arm64',
];

export const claude = defineProvider({
  id: 'claude',
  label: 'Claude',
  description: 'Claude Code, by its own program and the Agent SDK',
  capabilities: {
    resume: true,
    fork: true,
    steer: true,
    plan: true,
    images: true,
    cost: true,
    sandbox: true,
    profiles: true,
    skills: true,
    thinkingLevel: true,
    modelList: true,
    subagents: true,
    stopSubagents: true,
    compact: true,
    pullModels: false,
    importSessions: true,
    mcp: true,
    permissionModes: ['default', 'acceptEdits', 'plan', 'bypassPermissions'],
  },
  models: [
    { id: 'default', label: 'Default', description: 'What the signed-in account recommends' },
    { id: 'opus', label: 'Opus' },
    { id: 'sonnet', label: 'Sonnet' },
    { id: 'haiku', label: 'Haiku' },
  ],
  neverAsks:
    'Claude Code never asks before read-only tools (Read, Grep, Glob, to-do lists, subagents) and commands that it judges read-only, such as ls, cat, echo and git status; in plan mode it writes its plan file unasked.',
  envPrefixes: ['ANTHROPIC_', 'CLAUDE_'],
  cli: {
    binary: 'claude',
    npmPackage: (platform) => (PLATFORMS.includes(platform) ? `${NPM_PREFIX}${platform}` : null),
    npmVersion: '0.3.330',
    version: '2.1.330',
    sizeMb: 364,
    binaryPathInPackage: () => 'claude',
  },
  signIn: {
    variables: [
      'ANTHROPIC_API_KEY',
      'ANTHROPIC_AUTH_TOKEN',
      'CLAUDE_CODE_OAUTH_TOKEN',
      'CLAUDE_CODE_USE_BEDROCK',
      'CLAUDE_CODE_USE_VERTEX',
      'CLAUDE_CODE_USE_FOUNDRY',
    ],
    file: { dirVariable: 'CLAUDE_CONFIG_DIR', dir: '.claude', name: '.credentials.json' },
    keychainOn: ['darwin'],
    hint: (program) => `Run \`${program} auth login\` in a terminal, or set ANTHROPIC_API_KEY.`,
  },
  adapter: () => (require('./adapter/index.ts') as typeof import('./adapter/index.ts')).claudeAdapter,
  systemPrompt: 'newConversation',
  sandbox: claudeSandbox,
  services: async () => (await import('./services/index.ts')).claudeServices,
});
