/**
 * Names of OpenTelemetry's conventions for generative AI (github.com/open-telemetry/semantic-conventions-genai, in development): written
 * here because their package says that names which are not stable are to be copied.
 */
export const GEN_AI = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  agentId: 'gen_ai.agent.id',
  agentName: 'gen_ai.agent.name',
  agentVersion: 'gen_ai.agent.version',
  conversation: 'gen_ai.conversation.id',
  requestModel: 'gen_ai.request.model',
  responseModel: 'gen_ai.response.model',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheRead: 'gen_ai.usage.cache_read.input_tokens',
  cacheCreation: 'gen_ai.usage.cache_creation.input_tokens',
  toolName: 'gen_ai.tool.name',
  toolCall: 'gen_ai.tool.call.id',
  toolType: 'gen_ai.tool.type',
  toolArguments: 'gen_ai.tool.call.arguments',
  toolResult: 'gen_ai.tool.call.result',
  inputMessages: 'gen_ai.input.messages',
  outputMessages: 'gen_ai.output.messages',
  tokenType: 'gen_ai.token.type',
} as const;

export const ERROR_TYPE = 'error.type';

/** What the conventions have no name for. */
export const AGOR = {
  session: 'agor.session.id',
  prompt: 'agor.prompt.id',
  turn: 'agor.turn.id',
  source: 'agor.prompt.source',
  project: 'agor.project.id',
  outcome: 'agor.turn.outcome',
  cost: 'agor.cost.usd',
  command: 'agor.command.id',
  ask: 'agor.ask.id',
  askKind: 'agor.ask.kind',
  askOutcome: 'agor.ask.outcome',
  askBy: 'agor.ask.by',
} as const;

/** Of histograms, as the conventions say. In seconds. */
export const DURATION_BUCKETS = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
/** A turn with tools takes longer than one call of a model. In seconds. */
export const TURN_BUCKETS = [...DURATION_BUCKETS, 163.84, 327.68, 655.36, 1310.72, 2621.44];
export const TOKEN_BUCKETS = [
  1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864,
];

const PROVIDERS: Readonly<Record<string, string>> = {
  claude: 'anthropic',
  'acp:claude-agent-acp': 'anthropic',
  codex: 'openai',
  'acp:codex-acp': 'openai',
  'acp:gemini': 'gcp.gemini',
};

/** The conventions' name of a provider's vendor; its own id where they have none. */
export function providerName(provider: string): string {
  return PROVIDERS[provider] ?? provider;
}
