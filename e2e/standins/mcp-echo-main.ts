/** A small MCP server over stdio: `echo` gives its text back, `form` asks the person for a name first. Newline-delimited JSON-RPC. */
import { createInterface } from 'node:readline';

const TOOLS = [
  {
    name: 'echo',
    description: 'Says the text again',
    inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
  },
  {
    name: 'form',
    description: 'Asks the person for a name',
    inputSchema: { type: 'object', properties: { text: { type: 'string' } } },
  },
];
const FORM = {
  message: 'What is the name?',
  requestedSchema: { type: 'object', properties: { name: { type: 'string', title: 'Name' } }, required: ['name'] },
};

let nextId = 1000;
const waiting = new Map<number, (result: unknown) => void>();
const send = (message: object) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const ask = (method: string, params: unknown) => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  waiting.set(nextId, resolve);
  send({ id: nextId++, method, params });
  return promise;
};
const said = (text: string) => ({ content: [{ type: 'text', text }] });

async function answer(
  method: string,
  params: { name?: string; arguments?: { text?: string }; protocolVersion?: string },
) {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: params.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: 'echo', version: '1.0.0' },
      };
    case 'tools/list':
      return { tools: TOOLS };
    case 'tools/call':
      if (params.name === 'form') return said(`The form: ${JSON.stringify(await ask('elicitation/create', FORM))}`);
      return said(`${process.env.ECHO_PREFIX ?? ''}${params.arguments?.text}`);
    default:
      return {};
  }
}

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, method, params, result, error } = JSON.parse(line);
  if (method && id !== undefined) send({ id, result: await answer(method, params ?? {}) });
  else if (id !== undefined) waiting.get(id)?.(result ?? error);
});
