import {
  AskId,
  BlockId,
  GroupId,
  ProjectId,
  PromptId,
  ProviderId,
  type ProviderStatus,
  type SessionEventBody,
  type SessionId,
  TurnId,
} from '@agor/protocol';
import { FakeHub } from './fake-hub.ts';
import { sampleProject } from './sample-project.ts';

const claude = ProviderId.parse('claude');
const demo = ProviderId.parse('demo');

const capabilities: ProviderStatus['capabilities'] = {
  resume: true,
  fork: true,
  steer: false,
  plan: true,
  images: true,
  cost: true,
  sandbox: false,
  profiles: true,
  skills: true,
  thinkingLevel: false,
  modelList: true,
  subagents: true,
  stopSubagents: true,
  compact: true,
  pullModels: false,
  importSessions: true,
  mcp: true,
  permissionModes: ['default', 'acceptEdits', 'plan', 'bypassPermissions'],
};

export function sampleProviders(): ProviderStatus[] {
  return [
    {
      id: claude,
      label: 'Claude Code',
      description: "Anthropic's coding agent",
      capabilities,
      models: [
        { id: 'sonnet', label: 'Sonnet' },
        { id: 'opus', label: 'Opus' },
      ],
      neverAsks: 'Claude Code never asks before it reads files in the project or runs read-only commands.',
      enabled: true,
      install: { state: 'found', command: ['claude'], version: '2.1.0', origin: 'path' },
      signIn: { state: 'signedIn', how: 'subscription' },
    },
    {
      id: ProviderId.parse('codex'),
      label: 'Codex',
      description: "OpenAI's coding agent",
      capabilities: { ...capabilities, permissionModes: ['default', 'bypassPermissions'] },
      models: [],
      enabled: true,
      install: { state: 'notInstalled', installable: '0.60.1', sizeMb: 212, hint: 'agor can bring it.' },
      signIn: { state: 'unknown' },
    },
    {
      id: demo,
      label: 'Demo (scripted, no model)',
      description: 'Shows what agor can do, without a key',
      capabilities,
      models: [],
      enabled: true,
      install: { state: 'builtIn' },
      signIn: { state: 'notNeeded' },
    },
  ];
}

/** A hub with three projects at work: one runs, one waits for permission, one failed. */
export function sampleHub(start?: number): FakeHub {
  const hub = new FakeHub(start);
  hub.providers = sampleProviders();
  const project = (name: string, more: object = {}) =>
    sampleProject({ id: ProjectId.parse(name), name, cwd: `/home/you/code/${name}`, provider: claude, ...more });
  hub.groups = {
    version: 1,
    activeGroupId: 'shop',
    groups: [
      {
        id: GroupId.parse('shop'),
        name: 'Shop',
        projects: [project('web-shop'), project('billing-api', { model: 'sonnet' }), project('worker')],
      },
      { id: GroupId.parse('tools'), name: 'Tools', projects: [project('cli')] },
    ],
  };
  const shop = begin(hub, 'web-shop');
  hub.emit(
    shop,
    ...turn('1', 'Make the cart total follow the currency.'),
    text('t1', 'I look for where the total is computed.'),
  );
  hub.emit(shop, toolCall('u1', 'Bash', 'npm test -- cart'));
  const billing = begin(hub, 'billing-api');
  hub.emit(billing, ...turn('2', 'The export times out on large tenants. Stream it.'), cost(0.38, 68_000));
  hub.emit(billing, text('t2', "I'll replace the buffered query with a server-side cursor."));
  hub.emit(billing, permissionAsk('ask-1', 'npm install pg-cursor@2'));
  const worker = begin(hub, 'worker');
  hub.emit(worker, ...turn('3', 'Back off between retries.'), cost(0.11, 24_000), {
    kind: 'turnEnded',
    turnId: TurnId.parse('turn-3'),
    outcome: 'failed',
    message: 'The API is overloaded',
    class: 'overloaded',
  });
  return hub;
}

function begin(hub: FakeHub, project: string): SessionId {
  return hub.begin({
    projectId: ProjectId.parse(project),
    provider: claude,
    cwd: `/home/you/code/${project}`,
    title: '',
    model: 'sonnet',
    permissionMode: 'default',
  });
}

/** A prompt on its way into a turn. */
export function turn(id: string, words: string): SessionEventBody[] {
  const promptId = PromptId.parse(`prompt-${id}`);
  return [
    { kind: 'promptQueued', prompt: { id: promptId, text: words, images: [], source: 'web' } },
    { kind: 'promptSent', promptId },
    { kind: 'processStarted', pid: 4242, startTime: '1' },
    { kind: 'turnStarted', turnId: TurnId.parse(`turn-${id}`), promptId },
  ];
}

export function text(id: string, words: string, blockId?: string): SessionEventBody {
  const block = blockId ? { blockId: BlockId.parse(blockId) } : {};
  return { kind: 'message', message: { id, type: 'text', content: { text: words }, timestamp: 0, ...block } };
}

export function toolCall(toolUseId: string, name: string, title: string): SessionEventBody {
  const content = { toolUseId, name, kind: 'execute' as const, title, input: { command: title } };
  return { kind: 'message', message: { id: `call-${toolUseId}`, type: 'tool_call', content, timestamp: 0 } };
}

export function permissionAsk(id: string, command: string): SessionEventBody {
  const ask = {
    id: AskId.parse(id),
    kind: 'permission' as const,
    toolName: 'Bash',
    title: 'Run a command',
    input: { command },
  };
  return { kind: 'askOpened', ask: { ...ask, description: command, alwaysLabel: `Always allow "${command}"` } };
}

function cost(totalCostUsd: number, contextTokens: number): SessionEventBody {
  const content = {
    totalCostUsd,
    durationMs: 4000,
    inputTokens: 120_000,
    outputTokens: 4000,
    numTurns: 3,
    isError: false,
    contextTokens,
    contextWindow: 200_000,
  };
  return { kind: 'message', message: { id: `cost-${contextTokens}`, type: 'cost', content, timestamp: 0 } };
}
