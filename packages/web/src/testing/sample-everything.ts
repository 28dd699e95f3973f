import {
  type ModelInfo,
  PromptId,
  ProviderId,
  type ProviderStatus,
  type SandboxStatus,
  type SessionControl,
  type SessionId,
} from '@agor/protocol';
import type { FakeHub } from './fake-hub.ts';
import { sampleProviders } from './sample-data.ts';

const ALL: ProviderStatus['capabilities'] = {
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
  pullModels: true,
  importSessions: true,
  mcp: true,
  permissionModes: ['default', 'acceptEdits', 'plan', 'bypassPermissions'],
};

/** A provider that can do everything but what is named. */
export function sampleProvider(
  id: string,
  lacks: Partial<ProviderStatus['capabilities']> = {},
  more: Partial<ProviderStatus> = {},
): ProviderStatus {
  return {
    id: ProviderId.parse(id),
    label: id,
    description: `The agent ${id}`,
    capabilities: { ...ALL, ...lacks },
    models: [],
    enabled: true,
    install: { state: 'builtIn' },
    signIn: { state: 'notNeeded' },
    ...more,
  };
}

/** A family with an agent that is there, one that is not, and one that nobody tried. */
export function sampleFamily(): ProviderStatus[] {
  const lacks = { skills: false, profiles: false, steer: false, fork: false, importSessions: false, pullModels: false };
  const found: ProviderStatus['install'] = {
    state: 'found',
    command: ['opencode'],
    version: '1.18.33',
    origin: 'path',
  };
  const missing: ProviderStatus['install'] = {
    state: 'notInstalled',
    installable: '0.61.0',
    sizeMb: 100,
    hint: 'agor can bring it.',
  };
  return [
    sampleProvider('acp:opencode', lacks, { label: 'OpenCode', install: found }),
    sampleProvider('acp:gemini', lacks, { label: 'Gemini CLI', install: missing }),
    sampleProvider('acp:goose', lacks, { label: 'Goose', caveat: 'Not tried with a real Goose yet.' }),
  ];
}

export const sampleControls: SessionControl[] = [
  {
    id: 'thinking',
    label: 'Thinking level',
    category: 'thinking',
    value: 'medium',
    options: ['low', 'medium', 'high'].map((value) => ({ value, label: value })),
  },
];

export const confined: SandboxStatus = {
  state: 'partial',
  landlockAbi: 7,
  bubblewrap: false,
  rules: [
    { rule: 'writes', enforced: true },
    { rule: 'reads', enforced: true },
    { rule: 'network', enforced: true, note: 'TCP connections; UDP (DNS among it) is not held' },
    { rule: 'signals', enforced: true },
    { rule: 'pathSockets', enforced: false, note: 'needs bubblewrap' },
  ],
  write: ['/home/you/code/web-shop', '/tmp/agor-1'],
  read: ['/usr', '/etc'],
  ports: ['443'],
};

const models: ModelInfo[] = [
  { id: 'qwen3:8b', label: 'qwen3:8b', description: '5.2 GB' },
  { id: 'llama4:16x17b', label: 'llama4:16x17b', description: '67 GB' },
];

/** Puts agents of every kind, skills, profiles and conversations from outside into a hub. */
export function withEverything(hub: FakeHub): FakeHub {
  hub.providers = [
    ...sampleProviders(),
    sampleProvider(
      'ollama',
      { steer: true, profiles: false, skills: false, importSessions: false, cost: false },
      {
        label: 'Ollama and local servers',
        models,
        configFields: [
          { key: 'host', label: 'Ollama’s address', placeholder: 'http://127.0.0.1:11434' },
          { key: 'baseUrl', label: 'OpenAI-compatible server', hint: 'Instead of Ollama: llama.cpp, LM Studio, vLLM' },
        ],
      },
    ),
    ...sampleFamily(),
  ];
  hub.models = { ollama: models };
  hub.skills = [
    {
      name: 'review',
      description: 'Looks for bugs',
      sourcePath: '/skills/review',
      text: 'Review the change with care.',
    },
  ];
  hub.profiles = [
    { name: 'default', configDir: '/home/you/.claude' },
    { name: 'work', displayName: 'Work', email: 'you@work.example', subscription: 'max', configDir: '/home/you/work' },
  ];
  hub.sandbox = confined;
  hub.outside = Array.from({ length: 60 }, (_, index) => ({
    provider: ProviderId.parse('claude'),
    providerSessionId: `outside-${index}`,
    cwd: index % 2 === 0 ? '/home/you/code/worker' : '/home/you/code/cli',
    title: `Conversation ${index}`,
    updatedAt: hub.now() - index * 3600_000,
    sizeBytes: 40_000 * (index + 1),
    importedAs: null,
  }));
  return hub;
}

/** What an agent that offers much tells of itself in a session. */
export function tellMuch(hub: FakeHub, id: SessionId): void {
  hub.emit(
    id,
    {
      kind: 'agentInfo',
      providerSessionId: `provider-${id}`,
      controls: sampleControls,
      quota: [
        { id: '5h', label: 'Five hours', usedPercent: 62, resetsAt: hub.now() + 7_800_000 },
        { id: '7d', label: 'Week', usedPercent: 18, resetsAt: hub.now() + 300_000_000 },
      ],
    },
    { kind: 'processStarted', pid: 4243, startTime: '2', sandbox: confined, background: true },
    {
      kind: 'message',
      message: { id: 'u1', type: 'usage', content: { contextTokens: 131_000, contextWindow: 200_000 }, timestamp: 0 },
    },
  );
}

/** A prompt that waits behind the turn. */
export function queued(id: string, text: string) {
  return {
    kind: 'promptQueued' as const,
    prompt: { id: PromptId.parse(id), text, images: [], source: 'web' as const },
  };
}
