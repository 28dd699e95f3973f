import { expect, test } from 'bun:test';
import { endpointOf, OllamaConfig, readConfig } from '../config.ts';
import { ollama } from '../provider.ts';
import { failureOf, retryAfterMs } from './failure.ts';
import { errorText } from './http.ts';
import { factsOf } from './ollama-facts.ts';
import { OllamaShow } from './ollama-wire.ts';
import { OpenAiModels, windowOf } from './openai-models.ts';
import { baseUrlOf, ollamaUrl } from './urls.ts';

test.each([
  ['', 'http://127.0.0.1:11434'],
  ['localhost', 'http://localhost:11434'],
  [':8080', 'http://127.0.0.1:8080'],
  ['0.0.0.0:11434', 'http://127.0.0.1:11434'],
  ['box.lan:80', 'http://box.lan'],
  ['http://box.lan', 'http://box.lan'],
  ['https://ollama.example/path/', 'https://ollama.example/path'],
  ['[::1]:11434', 'http://[::1]:11434'],
])('OLLAMA_HOST "%s" is %s', (given, url) => expect(ollamaUrl(given)).toBe(url));

test.each(['ftp://x', 'http://', 'a b'])('"%s" is no address', (given) => expect(ollamaUrl(given)).toBe(null));

test.each([
  ['http://127.0.0.1:8080/v1/', 'http://127.0.0.1:8080/v1'],
  ['127.0.0.1:1234/v1/chat/completions', 'http://127.0.0.1:1234/v1'],
  ['https://host/api/v1/models', 'https://host/api/v1'],
])('the base of %s is %s', (given, url) => expect(baseUrlOf(given)).toBe(url));

test('settings go before the environment, and each server has its own key', () => {
  const env = { OLLAMA_HOST: 'box:1', OPENAI_API_KEY: 'o', OLLAMA_API_KEY: 'l' };
  expect(endpointOf({}, env)).toEqual({ kind: 'ollama', url: 'http://box:1', key: 'l' });
  expect(endpointOf({ host: 'other:2' }, env)).toEqual({ kind: 'ollama', url: 'http://other:2', key: 'l' });
  expect(endpointOf({ baseUrl: 'x:3/v1' }, env)).toEqual({ kind: 'openai', url: 'http://x:3/v1', key: 'o' });
  expect(() => endpointOf({}, { OLLAMA_HOST: 'ftp://x' })).toThrow('OLLAMA_HOST is no address');
});

test('wrong settings are refused with what is wrong, unknown ones are kept', () => {
  expect(readConfig({ numCtx: 8192, later: true })).toEqual({ numCtx: 8192, later: true });
  expect(() => readConfig({ apiKey: 'sk' })).toThrow('OPENAI_API_KEY');
  expect(() => readConfig({ host: 'ftp://x' })).toThrow('host');
  expect(() => readConfig({ numCtx: 'many' })).toThrow('numCtx');
  expect(OllamaConfig.safeParse({ keepAlive: 'for ever' }).success).toBe(false);
});

test('in the sandbox only the ports of the model server and of MCP servers are open', () => {
  const place = { home: '/h', cwd: '/p', tmp: '/t', variant: null, command: [], claudeConfigDir: null };
  const ports = (config: Record<string, unknown>, env: Record<string, string> = {}) =>
    ollama.sandbox?.ports?.({ ...place, config, env });
  expect(ports({})).toEqual([11434]);
  expect(ports({}, { OLLAMA_HOST: 'box:99' })).toEqual([99]);
  expect(ports({ baseUrl: 'https://api.example/v1', mcpServers: { a: { url: 'http://127.0.0.1:7/mcp' } } })).toEqual([
    443, 7,
  ]);
});

const show = (given: object) =>
  OllamaShow.parse({ model_info: { 'general.architecture': 'a', 'a.context_length': 8_192 }, ...given });

test('what a model can do is what its server says; one that is too old leaves it open', () => {
  expect(factsOf(show({ capabilities: ['completion', 'tools', 'thinking'] }), undefined)).toEqual({
    tools: true,
    vision: false,
    thinking: 'switch',
    contextWindow: 8_192,
  });
  expect(factsOf(show({ details: { family: 'gptoss' }, capabilities: ['thinking'] }), undefined).thinking).toBe(
    'levels',
  );
  expect(factsOf(OllamaShow.parse({}), undefined)).toEqual({
    tools: null,
    vision: null,
    thinking: 'unknown',
    contextWindow: 32_768,
  });
});

test('the window is as configured, else as the Modelfile has it, and never more than the model was made for', () => {
  expect(factsOf(show({}), 4_096).contextWindow).toBe(4_096);
  expect(factsOf(show({}), 100_000).contextWindow).toBe(8_192);
  expect(factsOf(show({ parameters: 'stop "x"\nnum_ctx    2048' }), undefined).contextWindow).toBe(2_048);
});

test('each compatible server tells its window by another name', () => {
  const of = (given: object) => {
    const [model] = OpenAiModels.parse({ data: [{ id: 'm', ...given }] }).data;
    return model && windowOf(model);
  };
  expect(of({ max_model_len: 4 })).toBe(4);
  expect(of({ context_length: 5 })).toBe(5);
  expect(of({ meta: { n_ctx: 6, n_ctx_train: 7 } })).toBe(6);
  expect(of({ max_context_length: 9, loaded_context_length: 8 })).toBe(8);
  expect(of({ meta: null, context_window: 'large' })).toBe(null);
});

test.each([
  [400, 'registry.ollama.ai/library/x does not support tools', 'noTools'],
  [500, 'tools param requires --jinja flag', 'noTools'],
  [400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set', 'noTools'],
  [400, '"x" does not support thinking', 'noThinking'],
  [400, 'the request exceeds the available context size. try increasing the context size', 'overflow'],
  [400, "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens", 'overflow'],
  [404, "model 'x' not found", 'modelMissing'],
  [404, 'The model `x` does not exist', 'modelMissing'],
  [404, '404 page not found', 'other'],
  [429, 'too many tokens per minute', 'other'],
  [500, 'out of memory', 'other'],
])('HTTP %i "%s" means %s', (status, text, kind) => {
  expect(failureOf('Ollama at u', 'x', { status, text }).kind).toBe(kind as never);
});

test("errors are read in every server's form", () => {
  expect(errorText('{"error":"a"}')).toBe('a');
  expect(errorText('{"error":{"message":"b","code":1}}')).toBe('b');
  expect(errorText('{"detail":"c"}')).toBe('c');
  expect(errorText('<html>502</html>')).toBe('<html>502</html>');
  expect(retryAfterMs('2')).toBe(2_000);
  expect(retryAfterMs('Wed, 21 Oct 2026 07:28:00 GMT')).toBe(null);
});
