import { afterEach, expect, test } from 'bun:test';
import { AcpRunner } from '../testing/acp-runner.ts';

afterEach(() => {
  delete process.env.AGENT;
});

/** How the scripted agent is set up: it reads its environment. */
function agent(setup: object): void {
  process.env.AGENT = JSON.stringify(setup);
}
const allow = { kind: 'permission', decision: 'allow' } as const;
const withMode = (mode: string) => ({
  providerConfig: { agents: { scripted: { command: 'scripted', mode } } },
});

test('a turn tells the session, its words and its tokens', async () => {
  await using runner = new AcpRunner();
  await runner.prompt('hello');
  expect(await runner.seen('turn_ended')).toMatchObject({ outcome: 'done' });
  expect(runner.of('agent_info')).toMatchObject([{ providerSessionId: 'session-1', version: '9.9.9' }]);
  expect(runner.messages().map(({ type }) => type)).toEqual(['init', 'text', 'cost']);
  expect(runner.messages().at(-1)?.content).toMatchObject({ inputTokens: 7, outputTokens: 3 });
});

test('the agent is told of the trace of its prompt, by the name that the protocol keeps for it', async () => {
  await using runner = new AcpRunner();
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  await runner.prompt('meta', {}, traceparent);
  await runner.seen('turn_ended');
  expect(runner.texts().join('')).toContain(JSON.stringify({ traceparent }));
  await runner.prompt('meta');
  await runner.seen('turn_ended', 2);
  expect(runner.texts().join('')).toContain('null');
});

test('the mode that the settings ask for is set before the first prompt', async () => {
  agent({ modes: ['wild', 'careful'] });
  await using runner = new AcpRunner(withMode('careful'));
  await runner.prompt('hello');
  await runner.seen('turn_ended');
  expect(runner.texts()).toEqual(['mode careful']);
  expect(runner.of('agent_info')[0]?.controls).toMatchObject([{ id: 'mode', category: 'mode', value: 'careful' }]);
});

test('a run whose mode is not offered is refused in words, and the prompt never reaches the agent', async () => {
  agent({ modes: ['wild'] });
  await using runner = new AcpRunner(withMode('careful'));
  await runner.prompt('hello');
  expect(await runner.seen('agent_error')).toMatchObject({
    message: expect.stringContaining('does not offer the mode "careful", in which it was to run, but wild'),
  });
  expect(await runner.exited).toBe(1);
  expect(runner.of('prompt_accepted')).toEqual([]);
});

test('what a project tells its agents goes before the first prompt of a conversation, once, and not before a command', async () => {
  await using runner = new AcpRunner({ systemPrompt: 'You review.' });
  for (const [i, text] of ['/help', 'repeat', 'repeat'].entries()) {
    await runner.prompt(text);
    await runner.seen('turn_ended', i + 1);
  }
  const told = JSON.stringify(['<instructions>\nYou review.\n</instructions>', 'repeat']);
  expect(runner.texts()).toEqual(['mode undefined', `${told}mode undefined`, '["repeat"]mode undefined']);
});

test('a conversation that goes on has been told already', async () => {
  await using runner = new AcpRunner({ systemPrompt: 'You review.', resumeSessionId: 'session-1' });
  await runner.prompt('repeat');
  await runner.seen('turn_ended');
  expect(runner.texts().join('')).toContain('["repeat"]');
});

test('a mode is a control that can be set; a value that is not offered is refused and the agent lives on', async () => {
  agent({ modes: ['careful', 'wild'] });
  await using runner = new AcpRunner();
  await runner.prompt('hello');
  await runner.seen('turn_ended');
  await runner.say({ type: 'set', controls: { mode: 'tame' } });
  expect(await runner.seen('error')).toMatchObject({ message: expect.stringContaining('careful, wild, not "tame"') });
  await runner.say({ type: 'set', controls: { mode: 'wild' } });
  await runner.prompt('hello');
  await runner.seen('turn_ended', 2);
  expect(runner.texts().at(-1)).toBe('mode wild');
});

test('an agent that dies tells its last words, and what it had said is kept as partial', async () => {
  await using runner = new AcpRunner();
  await runner.prompt('crash now');
  expect(await runner.seen('turn_ended')).toMatchObject({ outcome: 'failed' });
  expect(await runner.seen('agent_error')).toMatchObject({
    message: expect.stringMatching(/exit code 3: [\s\S]*the engine ran out of oil/),
  });
  expect(runner.messages().at(-1)).toMatchObject({ type: 'text', content: { text: 'I was about to', partial: true } });
});

test('an agent that nobody is signed in to fails in that class, with what it offers', async () => {
  agent({ signedOut: true });
  await using runner = new AcpRunner();
  await runner.prompt('hello');
  expect(await runner.seen('agent_error')).toMatchObject({
    class: 'auth',
    message: expect.stringContaining('Sign in with a browser'),
  });
});

test('a version of the protocol that nobody here speaks is told', async () => {
  agent({ version: 7 });
  await using runner = new AcpRunner();
  await runner.prompt('hello');
  expect(await runner.seen('agent_error')).toMatchObject({ message: expect.stringContaining('speaks version 7') });
});

test('an error of the model server is shown in its class, and the agent lives on', async () => {
  await using runner = new AcpRunner();
  await runner.prompt('limit');
  expect(await runner.seen('turn_ended')).toMatchObject({ outcome: 'failed', class: 'rate_limit' });
  expect(runner.messages().at(-1)).toMatchObject({ type: 'error', content: { message: 'Too many requests' } });
  await runner.prompt('hello');
  expect(await runner.seen('turn_ended', 2)).toMatchObject({ outcome: 'done' });
});

test('an update before its call, a call told again and one without a status are one call and one result each; the unknown is kept', async () => {
  await using runner = new AcpRunner();
  await runner.prompt('odd');
  await runner.seen('turn_ended');
  const told = runner.messages().map(({ type, content }) => [type, (content as { toolUseId?: string }).toolUseId]);
  expect(told.filter(([, id]) => id)).toEqual([
    ['tool_call', 'call-1'],
    ['tool_result', 'call-1'],
    ['tool_call', 'call-2'],
    ['tool_result', 'call-2'],
  ]);
  const raw = runner.messages().flatMap((message) => (message.type === 'unknown' ? [message.content.raw] : []));
  expect(raw).toEqual([
    { type: 'update', update: { sessionUpdate: 'news_of_tomorrow', detail: [1] } },
    { type: 'notification', method: '_vendor/hint', params: { x: 1 } },
  ]);
  expect(runner.of('agent_log').some(({ message }) => message.includes('a line that is no JSON'))).toBe(true);
});

test('the answer to an ask is the option of its kind; always is remembered for the same call', async () => {
  await using runner = new AcpRunner();
  await runner.prompt('ask');
  await runner.answer({ kind: 'permission', decision: 'deny' });
  await runner.seen('turn_ended');
  await runner.prompt('ask');
  await runner.answer({ kind: 'permission', decision: 'always' }, 2);
  await runner.seen('turn_ended', 2);
  await runner.prompt('ask');
  await runner.seen('turn_ended', 3);
  expect(runner.of('ask')).toHaveLength(2);
  expect(runner.of('ask')[0]?.ask).toMatchObject({ title: 'Run: make', toolName: 'Run', input: { command: 'make' } });
  expect(runner.texts().filter((text) => text.startsWith('answered'))).toMatchObject([
    expect.stringContaining('answered no'),
    expect.stringContaining('answered ever'),
    expect.stringContaining('answered yes'),
  ]);
});

test('what a permission mode allows is answered without the person: edits in the project, or everything', async () => {
  await using runner = new AcpRunner({ permissionMode: 'acceptEdits' });
  await runner.prompt('ask edit');
  await runner.seen('turn_ended');
  expect(runner.of('ask')).toEqual([]);
  await runner.prompt('ask');
  await runner.answer(allow);
  await runner.seen('turn_ended', 2);
  await runner.prompt('ask', { permissionMode: 'bypassPermissions' });
  await runner.seen('turn_ended', 3);
  expect(runner.of('ask')).toHaveLength(1);
});

test('an interrupt withdraws the open ask and answers it as cancelled', async () => {
  await using runner = new AcpRunner();
  await runner.prompt('ask');
  const { ask } = await runner.seen('ask');
  await runner.say({ type: 'interrupt' });
  expect(await runner.seen('turn_ended')).toMatchObject({ outcome: 'interrupted' });
  expect(runner.of('ask_withdrawn')).toMatchObject([{ askId: ask.id }]);
  await runner.prompt('hang');
  await runner.seen('agent_started', 2);
  await runner.say({ type: 'interrupt' });
  expect(await runner.seen('turn_ended', 2)).toMatchObject({ outcome: 'interrupted' });
});

test('a conversation that is loaded is not told again, also what comes after the answer', async () => {
  await using runner = new AcpRunner({ resumeSessionId: 'session-1' });
  await runner.prompt('hello');
  await runner.seen('turn_ended');
  expect(runner.texts()).toEqual(['mode undefined']);
});

test('an agent that cannot resume says so, and what to do', async () => {
  agent({ noLoad: true });
  await using runner = new AcpRunner({ resumeSessionId: 'session-1' });
  await runner.prompt('hello');
  expect(await runner.seen('agent_error')).toMatchObject({
    message: expect.stringMatching(/cannot resume this conversation \(session-1\).*Start a new session/),
  });
});

test('a program that is not there is told to be installed', async () => {
  await using runner = new AcpRunner({ command: ['/nowhere/agent'], variant: 'gemini' });
  await runner.prompt('hello');
  expect(await runner.seen('agent_error')).toMatchObject({
    class: 'not_installed',
    message: expect.stringContaining('agor providers install acp:gemini'),
  });
});
