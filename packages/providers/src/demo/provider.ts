import { defineProvider } from '../define.ts';

export const demo = defineProvider({
  id: 'demo',
  label: 'Demo agent (scripted, no model)',
  description: 'Follows a script instead of a model; needs no key. It really reads, runs and, after asking, writes.',
  capabilities: {
    resume: true,
    fork: true,
    steer: true,
    plan: true,
    images: true,
    cost: true,
    sandbox: false,
    profiles: false,
    skills: false,
    thinkingLevel: false,
    modelList: true,
    subagents: true,
    stopSubagents: true,
    compact: false,
    pullModels: false,
    importSessions: false,
    mcp: false,
    permissionModes: ['default', 'acceptEdits', 'plan', 'bypassPermissions'],
  },
  models: [
    { id: 'script', label: 'Script', description: 'At a reading pace' },
    { id: 'script-fast', label: 'Script, without pauses' },
  ],
  neverAsks: 'The demo agent does not ask before it reads files or looks at the git status.',
  envPrefixes: [],
  adapter: () => (require('./adapter.ts') as typeof import('./adapter.ts')).demoAdapter,
});
