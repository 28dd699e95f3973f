import { defineProvider } from '../define.ts';
import { aiderSandbox } from './sandbox.ts';

/** The version whose sources the driver was written after. */
export const AIDER_VERSION = '0.86';

export const aider = defineProvider({
  id: 'aider',
  label: 'Aider',
  description: 'Pair programming with many models, by its Python interface',
  capabilities: {
    resume: true,
    fork: false,
    steer: false,
    plan: false,
    images: false,
    cost: true,
    sandbox: false,
    profiles: false,
    skills: false,
    thinkingLevel: false,
    modelList: false,
    subagents: false,
    stopSubagents: false,
    compact: false,
    pullModels: false,
    importSessions: false,
    mcp: false,
    permissionModes: ['default', 'bypassPermissions'],
  },
  models: [],
  neverAsks:
    'Aider does not ask before it changes files that were added to its chat, nor before it reads files of the project.',
  // The keys of model vendors are not passed on unasked: set them in `providers.aider.env`.
  envPrefixes: ['AIDER_', 'OPENROUTER_'],
  cli: {
    binary: 'aider',
    npmPackage: () => null,
    npmVersion: '',
    version: '',
    sizeMb: 0,
    binaryPathInPackage: () => 'aider',
  },
  caveat: `untested with a real Aider: written after the sources of version ${AIDER_VERSION}, whose Python interface is not promised to stay`,
  adapter: () => (require('./adapter.ts') as typeof import('./adapter.ts')).aiderAdapter,
  historyFromLog: true,
  sandbox: aiderSandbox,
});
