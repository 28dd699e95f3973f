/**
 * An agent that speaks ACP and does what the words of a prompt say, for tests of the runner. `AGENT` in its environment is JSON: `version`
 * (that it speaks), `modes`, `signedOut`, `noLoad`.
 */
import { createInterface } from 'node:readline';

interface Setup {
  readonly version?: number;
  readonly modes?: readonly string[];
  readonly signedOut?: boolean;
  readonly noLoad?: boolean;
}
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: { readonly outcome?: { readonly outcome: string; readonly optionId?: string } };
}

const setup = JSON.parse(process.env.AGENT ?? '{}') as Setup;
const sessionId = 'session-1';
let mode = setup.modes?.[0];
let prompting: number | undefined;
let asking: ((answer: string) => void) | undefined;

const send = (message: object) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const update = (sessionUpdate: string, fields: object) =>
  send({ method: 'session/update', params: { sessionId, update: { sessionUpdate, ...fields } } });
const say = (text: string) => update('agent_message_chunk', { content: { type: 'text', text } });
const end = (result: object) => {
  if (prompting === undefined) return;
  send({ id: prompting, result });
  prompting = undefined;
};

function ask(toolCall: object): Promise<string> {
  const options = [
    { optionId: 'yes', name: 'Yes', kind: 'allow_once' },
    { optionId: 'ever', name: 'Yes, always', kind: 'allow_always' },
    { optionId: 'no', name: 'No', kind: 'reject_once' },
  ];
  send({ id: 900, method: 'session/request_permission', params: { sessionId, toolCall, options } });
  return new Promise((resolve) => {
    asking = resolve;
  });
}

async function prompt(text: string): Promise<void> {
  const tool = { toolCallId: 'call-1', kind: 'execute', title: 'make', rawInput: { command: 'make' } };
  if (text.startsWith('crash')) {
    say('I was about to');
    process.stderr.write('warming up\nthe engine ran out of oil\n');
    setTimeout(() => process.exit(3), 50);
    return;
  }
  if (text === 'hang') return;
  if (text === 'limit')
    return send({
      id: prompting,
      error: { code: -32603, message: 'Internal error', data: { details: 'Too many requests', status: 429 } },
    }) as never;
  if (text === 'odd') {
    update('tool_call_update', {
      toolCallId: 'call-1',
      status: 'completed',
      content: [{ type: 'content', content: { type: 'text', text: 'built' } }],
    });
    update('tool_call', { ...tool, status: 'pending' });
    update('tool_call', { toolCallId: 'call-2', title: 'look', kind: 'read', rawInput: { path: 'a' } });
    update('tool_call_update', { toolCallId: 'call-2', status: 'failed' });
    update('news_of_tomorrow', { detail: [1] });
    send({ method: '_vendor/hint', params: { x: 1 } });
    process.stdout.write('a line that is no JSON\n');
  }
  if (text.startsWith('ask')) {
    const edit = { ...tool, kind: 'edit', rawInput: {}, locations: [{ path: `${process.cwd()}/a.txt` }] };
    say(`answered ${await ask(text === 'ask edit' ? edit : tool)}`);
  }
  say(`mode ${mode}`);
  end({ stopReason: 'end_turn', usage: { inputTokens: 7, outputTokens: 3 } });
}

const METHODS: Record<string, (message: Message) => void> = {
  initialize: ({ id }) =>
    send({
      id,
      result: {
        protocolVersion: setup.version ?? 1,
        agentInfo: { name: 'scripted', version: '9.9.9' },
        agentCapabilities: { loadSession: !setup.noLoad },
        authMethods: [{ id: 'browser', name: 'Browser', description: 'Sign in with a browser' }],
      },
    }),
  'session/new': ({ id }) => {
    if (setup.signedOut) return send({ id, error: { code: -32000, message: 'Authentication required' } });
    send({ id, result: { sessionId, ...modes() } });
  },
  'session/load': ({ id }) => {
    say('said long ago');
    send({ id, result: modes() });
    say('and this too');
  },
  'session/set_mode': ({ id, params }) => {
    mode = String(params?.modeId);
    send({ id, result: {} });
  },
  'session/prompt': ({ id, params }) => {
    prompting = id;
    const texts = ((params?.prompt ?? []) as { text: string }[]).map(({ text }) => text);
    if (texts.at(-1) === 'repeat') say(JSON.stringify(texts));
    if (texts.at(-1) === 'meta') say(JSON.stringify(params?._meta ?? null));
    void prompt(texts.at(-1) ?? '');
  },
  'session/cancel': () => {
    if (prompting !== undefined && !asking) end({ stopReason: 'cancelled' });
  },
};

function modes(): object {
  const [currentModeId] = setup.modes ?? [];
  if (currentModeId === undefined) return {};
  return { modes: { currentModeId, availableModes: setup.modes?.map((id) => ({ id, name: id })) } };
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line) as Message;
  if (message.method !== undefined) METHODS[message.method]?.(message);
  else if (message.id === 900 && asking) {
    const { outcome, optionId } = message.result?.outcome ?? { outcome: 'none' };
    const resolve = asking;
    asking = undefined;
    resolve(optionId ?? outcome);
    if (outcome === 'cancelled') end({ stopReason: 'cancelled' });
  }
});
