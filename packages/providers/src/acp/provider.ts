import type { PermissionMode, ProviderSettings } from '@agor/protocol';
import { defineProvider, type ProviderVariant } from '../define.ts';
import { type AcpAgent, agents } from './agents/index.ts';
import { AcpConfig, type AgentSettings, agentsOf } from './settings.ts';

/** Every agent asks in its default mode, and what it asks we can answer: edits, or everything. */
const ALWAYS: readonly PermissionMode[] = ['default', 'acceptEdits', 'bypassPermissions'];

export const acp = defineProvider({
  id: 'acp',
  label: 'ACP agents',
  description: 'Any agent that speaks the Agent Client Protocol',
  capabilities: {
    resume: true,
    fork: false,
    steer: false,
    plan: false,
    images: true,
    cost: false,
    sandbox: false,
    profiles: false,
    skills: false,
    thinkingLevel: false,
    modelList: true,
    subagents: false,
    stopSubagents: false,
    compact: false,
    pullModels: false,
    importSessions: false,
    mcp: true,
    permissionModes: [...ALWAYS],
  },
  models: [],
  envPrefixes: [],
  adapter: () => (require('./adapter/index.ts') as typeof import('./adapter/index.ts')).acpAdapter,
  config: AcpConfig,
  variants,
});

function variants(settings: ProviderSettings | undefined): readonly ProviderVariant[] {
  const own = agentsOf(settings?.config);
  const known = agents.map((agent) => builtIn(agent, own[agent.name]));
  const others = Object.entries(own).filter(([name]) => !agents.some((agent) => agent.name === name));
  const all = [...known, ...others.map(([name, agent]) => personal(name, agent))];
  return all.map((variant) => ({ ...variant, runConfig: runConfig(settings, variant.name, own[variant.name]) }));
}

/** The agent's own settings without its variables: those come in the environment, where keys belong. */
function runConfig(settings: ProviderSettings | undefined, name: string, own: AgentSettings | undefined) {
  return { ...settings?.config, agents: own ? { [name]: { ...own, env: {} } } : {} };
}

function builtIn(agent: AcpAgent, own: AgentSettings | undefined): ProviderVariant {
  const { name, label, description, cli, modes, signIn, envPrefixes, sandbox, neverAsks, caveat } = agent;
  const plan = modes?.plan !== undefined;
  return {
    name,
    label,
    description,
    cli: { ...cli, args: [...(cli.args ?? []), ...(own?.args ?? [])] },
    envPrefixes,
    capabilities: { plan, permissionModes: plan ? [...ALWAYS, 'plan'] : [...ALWAYS], ...agent.capabilities },
    ...(signIn ? { signIn } : {}),
    ...(sandbox ? { sandbox } : {}),
    ...(neverAsks === undefined ? {} : { neverAsks }),
    ...(caveat === undefined ? {} : { caveat }),
    ...(own?.command === undefined
      ? {}
      : { command: [own.command, ...(own.args.length > 0 ? own.args : (cli.args ?? []))] as const }),
    ...(own ? { env: own.env } : {}),
  };
}

function personal(name: string, { command = name, args, env }: AgentSettings): ProviderVariant {
  return {
    name,
    label: name,
    description: `${command}, from the settings`,
    command: [command, ...args],
    env,
    caveat: 'set up by you: agor knows nothing of it but that it should speak the Agent Client Protocol',
  };
}
