import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorClass } from '@agor/protocol';
import { startAnthropic } from '../standins/anthropic.ts';
import { startChatCompletions } from '../standins/chat-completions.ts';
import { configFor } from '../standins/codex-home.ts';
import { startGemini } from '../standins/gemini.ts';
import { startResponses } from '../standins/responses.ts';

export interface StandIn extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly { readonly body?: unknown }[];
}

/** A real agent and how it is led to a stand-in of its vendor's API. */
export interface AgentUnderTest {
  /** `opencode` of `acp:opencode`. */
  readonly name: string;
  startStandIn(): StandIn;
  /** Its environment; may write files into its home. */
  env(url: string, home: string): Record<string, string>;
  /** It hands a command's output to its client. */
  readonly tellsOutput: boolean;
  /** It can take up a conversation after it was killed. */
  readonly resumes: boolean;
  /** A denial ends its turn. */
  readonly deniedEndsTurn?: boolean;
  /** A prompt that makes its API fail, and the class in which that is shown. */
  readonly failure: { readonly prompt: string; readonly class: ErrorClass };
}

const openaiKey = 'sk-dummy-key-of-a-test';

export const opencode: AgentUnderTest = {
  name: 'opencode',
  startStandIn: startChatCompletions,
  tellsOutput: true,
  resumes: true,
  failure: { prompt: 'fail 401', class: 'auth' },
  env: (url) => {
    const model = {
      name: 'Scripted',
      tool_call: true,
      reasoning: true,
      attachment: true,
      limit: { context: 128_000, output: 8_000 },
    };
    const standin = {
      npm: '@ai-sdk/openai-compatible',
      name: 'Stand-in',
      options: { baseURL: `${url}/v1`, apiKey: openaiKey },
      models: { 'scripted-model': model },
    };
    const name = 'standin/scripted-model';
    return {
      OPENCODE_CONFIG_CONTENT: JSON.stringify({ model: name, small_model: name, provider: { standin } }),
      OPENCODE_DISABLE_MODELS_FETCH: '1',
    };
  },
};

export const gemini: AgentUnderTest = {
  name: 'gemini',
  startStandIn: startGemini,
  tellsOutput: false,
  resumes: true,
  failure: { prompt: 'fail 403', class: 'auth' },
  env: (url) => ({ GEMINI_API_KEY: 'dummy-key-of-a-test', GOOGLE_GEMINI_BASE_URL: url }),
};

export const qwen: AgentUnderTest = {
  name: 'qwen',
  startStandIn: startChatCompletions,
  tellsOutput: true,
  resumes: true,
  failure: { prompt: 'fail 401', class: 'auth' },
  env: (url) => ({ OPENAI_API_KEY: openaiKey, OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: 'scripted-model' }),
};

export const claudeAgentAcp: AgentUnderTest = {
  name: 'claude-agent-acp',
  startStandIn: startAnthropic,
  tellsOutput: true,
  resumes: true,
  failure: { prompt: 'fail 401', class: 'auth' },
  env: (url, home) => ({
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'sk-ant-dummy-key-of-a-test',
    CLAUDE_CONFIG_DIR: join(home, 'claude'),
    CLAUDE_CODE_TMPDIR: join(home, 'tmp'),
    CLAUDE_CODE_MAX_RETRIES: '1',
  }),
};

export const codexAcp: AgentUnderTest = {
  name: 'codex-acp',
  startStandIn: startResponses,
  tellsOutput: true,
  resumes: true,
  deniedEndsTurn: true,
  failure: { prompt: 'fail 401', class: 'auth' },
  env: (url, home) => {
    const folder = join(home, 'codex');
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'config.toml'),
      toml({ model: 'gpt-5.5', ...configFor(url), features: { plugins: false } }),
    );
    return { CODEX_HOME: folder, STANDIN_KEY: openaiKey };
  },
};

/** Tables of texts, numbers and switches: all that these settings are. */
function toml(settings: object, path: readonly string[] = []): string {
  const entries = Object.entries(settings);
  const own = entries.filter(([, value]) => typeof value !== 'object');
  const tables = entries.filter(([, value]) => typeof value === 'object');
  const head = path.length > 0 && own.length > 0 ? [`[${path.join('.')}]`] : [];
  return [
    ...head,
    ...own.map(([name, value]) => `${name} = ${JSON.stringify(value)}`),
    ...tables.map(([name, value]) => toml(value as object, [...path, name])),
  ].join('\n');
}
