import { z } from 'zod';
import { defineProvider } from '../define.ts';
import { codexSandbox } from './sandbox.ts';

const VERSION = '0.169.0';

/** The folder of each platform's program inside of the package. */
const TARGETS: Readonly<Record<string, string>> = {
  'linux-x64': 'x86_64-unknown-linux-musl',
  'linux-arm64': 'aarch64-unknown-linux-musl',
  'darwin-x64': 'x86_64-apple-darwin',
  'darwin-arm64': 'aarch64-apple-darwin',
};

/** Codex links its libc in: Alpine gets the same package. */
const bare = (platform: string) => platform.replace(/-musl$/, '');

export const codex = defineProvider({
  id: 'codex',
  label: 'Codex',
  description: 'OpenAI Codex, by its own program’s app server',
  capabilities: {
    resume: true,
    fork: true,
    steer: true,
    plan: true,
    images: true,
    cost: false,
    sandbox: true,
    profiles: false,
    skills: false,
    thinkingLevel: true,
    modelList: true,
    subagents: true,
    stopSubagents: false,
    compact: true,
    pullModels: false,
    importSessions: true,
    mcp: true,
    permissionModes: ['default', 'acceptEdits', 'plan', 'bypassPermissions'],
  },
  models: [
    { id: 'default', label: 'Default', description: 'What Codex’s own settings or the signed-in account say' },
    { id: 'gpt-6.1-sol', label: 'GPT-6.1-Sol' },
    { id: 'gpt-6-astra', label: 'GPT-6-Astra' },
    { id: 'gpt-6-luna', label: 'GPT-6-Luna' },
  ],
  neverAsks:
    'Not asked about: plain commands that only read inside the project, such as ls, cat, rg and pwd; looking at pictures; searching the web; what rules in Codex’s own settings allow.',
  configHint: 'Each entry goes to Codex as a -c override, such as { "model_reasoning_summary": "detailed" }',
  envPrefixes: ['OPENAI_', 'CODEX_'],
  cli: {
    binary: 'codex',
    // Each platform's program is a version of one package.
    npmPackage: (platform) => (Object.hasOwn(TARGETS, bare(platform)) ? '@openai/codex' : null),
    npmVersion: (platform) => `${VERSION}-${bare(platform)}`,
    version: VERSION,
    sizeMb: 404,
    binaryPathInPackage: (platform) => `vendor/${TARGETS[bare(platform)]}/bin/codex`,
  },
  signIn: {
    variables: ['CODEX_API_KEY', 'OPENAI_API_KEY'],
    file: { dirVariable: 'CODEX_HOME', dir: '.codex', name: 'auth.json' },
    isElsewhere: ({ model_provider: name }) => typeof name === 'string' && name !== 'openai',
    hint: (program) => `Run \`${program} login\` in a terminal, or set OPENAI_API_KEY.`,
  },
  adapter: () => (require('./adapter/index.ts') as typeof import('./adapter/index.ts')).codexAdapter,
  config: z.record(z.string(), z.unknown()),
  sandbox: codexSandbox,
  services: async () => (await import('./services/index.ts')).codexServices,
});
