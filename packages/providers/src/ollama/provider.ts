import { defineProvider } from '../define.ts';
import { portOf, type SandboxPlace } from '../sandbox-needs.ts';
import { OllamaConfig } from './config.ts';
import { baseUrlOf, ollamaUrl } from './server/urls.ts';

export const ollama = defineProvider({
  id: 'ollama',
  label: 'Ollama and local servers',
  description: "agor's own coding agent on models of Ollama or of any OpenAI-compatible server",
  capabilities: {
    resume: true,
    fork: true,
    steer: true,
    plan: true,
    images: true,
    cost: false,
    sandbox: false,
    profiles: false,
    skills: false,
    thinkingLevel: true,
    modelList: true,
    subagents: false,
    stopSubagents: false,
    compact: true,
    pullModels: true,
    importSessions: false,
    mcp: true,
    permissionModes: ['default', 'acceptEdits', 'plan', 'bypassPermissions'],
  },
  models: [
    { id: 'default', label: 'Default', description: "qwen3:8b where it is installed, else the server's first model" },
  ],
  neverAsks: 'The agent does not ask before it reads, lists or searches files of the project.',
  envPrefixes: ['OLLAMA_', 'OPENAI_'],
  adapter: () => (require('./adapter.ts') as typeof import('./adapter.ts')).ollamaAdapter,
  config: OllamaConfig,
  configFields: [
    {
      key: 'host',
      label: 'Ollama',
      hint: 'Where Ollama listens; empty: OLLAMA_HOST, else this computer',
      placeholder: 'http://127.0.0.1:11434',
    },
    {
      key: 'baseUrl',
      label: 'OpenAI-compatible server',
      hint: 'llama.cpp, LM Studio, vLLM and others, instead of Ollama; its key, if any, is OPENAI_API_KEY of the environment',
      placeholder: 'http://127.0.0.1:8080/v1',
    },
  ],
  configHint:
    'Also: numCtx (tokens of the window), keepAlive (such as 5m, or -1), think (off, on, low, medium or high), mcpServers.',
  caveat: 'tried against stand-ins of both APIs, not yet against a live server and a real model',
  historyFromLog: true,
  systemPrompt: 'eachRun',
  sandbox: { ports: portsOf },
  services: async () => (await import('./services.ts')).ollamaServices,
});

/** The model server's, and those of MCP servers that are reached by HTTP. */
function portsOf({ config, env }: SandboxPlace): number[] {
  const parsed = OllamaConfig.safeParse(config);
  const { baseUrl, host, mcpServers = {} } = parsed.success ? parsed.data : {};
  const server = baseUrl ? baseUrlOf(baseUrl) : ollamaUrl(host?.trim() || env.OLLAMA_HOST?.trim() || '');
  const urls = [server, ...Object.values(mcpServers).map((each) => ('url' in each ? each.url : null))];
  return [...new Set(urls.flatMap((url) => portOf(url ?? undefined) ?? []))];
}
