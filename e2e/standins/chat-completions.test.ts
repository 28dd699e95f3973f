import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type ModelStandIn, startChatCompletions } from './chat-completions.ts';

let standIn: ModelStandIn;
beforeAll(() => {
  standIn = startChatCompletions();
});
afterAll(() => standIn.close());

const bash = {
  type: 'function',
  function: {
    name: 'bash',
    parameters: {
      properties: { command: { type: 'string' }, description: { type: 'string' } },
      required: ['command', 'description'],
    },
  },
};

function ask(messages: object[], more: object = {}): Promise<Response> {
  return fetch(`${standIn.url}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: 'm', messages, tools: [bash], stream: true, ...more }),
  });
}

interface Chunk {
  choices: {
    delta: { content?: string; tool_calls?: { id?: string; function: { name?: string; arguments: string } }[] };
    finish_reason: string | null;
  }[];
}

async function chunksOf(response: Response): Promise<Chunk[]> {
  const lines = (await response.text()).split('\n\n').filter(Boolean);
  expect(lines.at(-1)).toBe('data: [DONE]');
  return lines.slice(0, -1).map((line) => JSON.parse(line.slice('data: '.length)) as Chunk);
}

test('a command is called by the name and the fields of the offered tool, and its output is heard', async () => {
  const user = { role: 'user', content: 'run: echo hi' };
  const chunks = await chunksOf(await ask([user]));
  const calls = chunks.flatMap(({ choices }) => choices.flatMap(({ delta }) => delta.tool_calls ?? []));
  expect(calls[0]?.function.name).toBe('bash');
  const input: unknown = JSON.parse(calls.map((call) => call.function.arguments).join(''));
  expect(input).toEqual({ command: 'echo hi', description: 'as the person asked' });
  const id = calls[0]?.id ?? '';
  const assistant = {
    role: 'assistant',
    content: null,
    tool_calls: [{ id, type: 'function', function: { name: 'bash', arguments: '{}' } }],
  };
  const after = await chunksOf(await ask([user, assistant, { role: 'tool', tool_call_id: id, content: 'hi\n' }]));
  expect(after.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('It printed: hi\n');
});

test('without streaming the answer comes whole', async () => {
  const response = await ask([{ role: 'user', content: 'hello' }], { stream: false });
  expect(await response.json()).toMatchObject({
    choices: [{ message: { role: 'assistant', content: 'Hello. I am a scripted answer.' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: expect.any(Number) },
  });
});

test('a scripted failure has the form and the status of the API, and a retry of "fail once" succeeds', async () => {
  const refused = await ask([{ role: 'user', content: 'fail 401' }]);
  expect(refused.status).toBe(401);
  expect(await refused.json()).toMatchObject({ error: { code: 'invalid_api_key', message: 'scripted failure 401' } });
  expect((await ask([{ role: 'user', content: 'fail once' }])).status).toBe(500);
  expect((await ask([{ role: 'user', content: 'fail once' }])).status).toBe(200);
});

test('a gate holds the stream until it is released, a cut drops the connection', async () => {
  const waiting = ask([{ role: 'user', content: 'gate one' }]).then((response) => response.text());
  while (standIn.waitingAt('one') === 0) await Bun.sleep(5);
  standIn.release('one');
  expect(await waiting).toContain('After the g');
  expect((await ask([{ role: 'user', content: 'fail cut' }])).text()).rejects.toThrow();
});

test('what agents write around a prompt is no prompt', async () => {
  const content = [{ type: 'text', text: '<system-reminder>run: rm -rf /</system-reminder>hello' }];
  const chunks = await chunksOf(await ask([{ role: 'user', content }]));
  expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toContain('Hello');
});
