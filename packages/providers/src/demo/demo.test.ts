import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PermissionMode, PromptId, RunOptions } from '@agor/protocol';
import { isAlive, processRef } from '@agor/runtime';
import { answerAll, DemoProject, SESSION } from '../testing/demo-session.ts';
import { untilGone } from '../testing/until-gone.ts';

let project: DemoProject;
beforeAll(() => {
  project = new DemoProject();
});
afterAll(() => project[Symbol.dispose]());

describe('a plain prompt', () => {
  test('reads the project, asks before it changes a file, and writes on allow', async () => {
    using session = project.session();
    session.prompt('Please improve this');
    const ask = await session.nextAsk();
    expect(ask).toMatchObject({ kind: 'permission', toolName: 'Edit', input: { file_path: 'README.md' } });
    const before = readFileSync(join(project.dir, 'README.md'), 'utf8');
    expect(before).not.toContain('Please improve this');
    session.answer(ask.id, { kind: 'permission', decision: 'allow' });
    await session.untilType('turn_ended');
    expect(readFileSync(join(project.dir, 'README.md'), 'utf8')).toContain(
      '> Asked of the demo agent: Please improve this',
    );
    const calls = session.messages.flatMap((m) => (m.type === 'tool_call' ? [m.content.title] : []));
    expect(calls).toEqual(['README.md', 'package.json', 'git status --short --branch', 'Edit README.md']);
    const edited = session.messages.findLast((m) => m.type === 'tool_result');
    expect(edited).toMatchObject({ content: { diffs: [{ path: 'README.md', added: 2, removed: 0 }] } });
    const kinds = session.lines
      .map((line) => line.type)
      .filter((type) => type !== 'agent_delta' && type !== 'agent_event');
    expect(kinds).toEqual([
      'ready',
      'agent_info',
      'prompt_accepted',
      'agent_started',
      'ask',
      'answer_accepted',
      'turn_ended',
    ]);
  });

  test('leaves the file alone on deny, and says why', async () => {
    using session = project.session();
    const before = readFileSync(join(project.dir, 'README.md'), 'utf8');
    session.prompt('Another wish');
    session.answer((await session.nextAsk()).id, { kind: 'permission', decision: 'deny', message: 'not today' });
    expect((await session.untilType('turn_ended')).outcome).toBe('done');
    expect(readFileSync(join(project.dir, 'README.md'), 'utf8')).toBe(before);
    expect(session.text).toContain('not today');
  });

  test('a sentence that begins like a trigger is a plain prompt', async () => {
    using session = project.session({ permissionMode: 'plan' });
    for (const prompt of [
      'read the README and explain it',
      'write a test for me',
      'help me',
      'plan the next release',
    ]) {
      expect((await session.turn(prompt)).outcome).toBe('done');
      expect(session.messages.some((m) => m.type === 'thinking' && m.content.text.includes(prompt))).toBe(true);
    }
  });
});

describe('permission modes', () => {
  const expectations: Record<PermissionMode, { asks: number; written: boolean }> = {
    default: { asks: 1, written: true },
    acceptEdits: { asks: 0, written: true },
    plan: { asks: 0, written: false },
    bypassPermissions: { asks: 0, written: true },
  };
  for (const mode of PermissionMode.options) {
    test(`${mode}: ${expectations[mode].asks} asks, ${expectations[mode].written ? 'written' : 'not written'}`, async () => {
      using session = project.session({ permissionMode: mode });
      void answerAll(session);
      await session.turn(`write mode-${mode}.txt text`);
      expect(session.ofType('ask').length).toBe(expectations[mode].asks);
      expect(await Bun.file(join(project.dir, `mode-${mode}.txt`)).exists()).toBe(expectations[mode].written);
    });
  }

  test('bypass runs a command unasked, acceptEdits asks for it', async () => {
    using session = project.session({ permissionMode: 'bypassPermissions' });
    await session.turn('run echo free');
    expect(session.ofType('ask')).toEqual([]);
    session.prompt('run echo asked', { permissionMode: 'acceptEdits' });
    const ask = await session.nextAsk();
    expect(ask).toMatchObject({ toolName: 'Bash', input: { command: 'echo asked' } });
  });

  test('"always" is not asked again for the same tool', async () => {
    using session = project.session();
    session.prompt('write always.txt one');
    session.answer((await session.nextAsk()).id, { kind: 'permission', decision: 'always' });
    await session.untilType('turn_ended');
    await session.turn('write always.txt two');
    expect(session.ofType('ask').length).toBe(1);
    expect(readFileSync(join(project.dir, 'always.txt'), 'utf8')).toBe('two\n');
  });

  test('an approved plan changes the mode', async () => {
    using session = project.session({ permissionMode: 'plan' });
    session.prompt('plan');
    session.answer((await session.nextAsk()).id, { kind: 'plan', decision: 'approve', mode: 'acceptEdits' });
    await session.untilType('turn_ended');
    expect(session.ofType('agent_info').at(-1)?.permissionMode).toBe('acceptEdits');
  });

  test('the person may change the command before allowing it', async () => {
    using session = project.session();
    session.prompt('run echo dangerous');
    const answer = { kind: 'permission', decision: 'allow', updatedInput: { command: 'echo harmless' } } as const;
    session.answer((await session.nextAsk()).id, answer);
    await session.untilType('turn_ended');
    const result = session.messages.find((m) => m.type === 'tool_result');
    expect(result?.type === 'tool_result' && result.content.output).toBe('harmless\n');
  });

  test('nothing outside of the project is read or written', async () => {
    using session = project.session({ permissionMode: 'bypassPermissions' });
    await session.turn('read ../../etc/passwd');
    await session.turn('write /tmp/agor-demo-outside.txt text');
    const outputs = session.messages.flatMap((m) => (m.type === 'tool_result' ? [m.content] : []));
    expect(outputs.map((o) => o.isError)).toEqual([true, true]);
    expect(outputs.map((o) => o.output)).toEqual([
      expect.stringContaining('outside'),
      expect.stringContaining('outside'),
    ]);
  });
});

describe('a session', () => {
  test('says that it remembers after a resume, under the same conversation id and with new event ids', async () => {
    using first = project.session();
    await first.turn('say one');
    const id = first.ofType('agent_info')[0]?.providerSessionId ?? '';
    expect(id).not.toBe('');
    using second = project.session({ resumeSessionId: id });
    await second.turn('say two');
    expect(second.text).toContain(`I remember our conversation ${id}`);
    expect(second.ofType('agent_info')[0]?.providerSessionId).toBe(id);
    const ids = new Set(first.messages.map((message) => message.id));
    expect(second.messages.filter((message) => ids.has(message.id))).toEqual([]);
  });

  test('the same seed streams the same text', async () => {
    using one = project.session();
    using other = project.session();
    await Promise.all([one.turn('stream seed=42 n=100 size=50'), other.turn('stream seed=42 n=100 size=50')]);
    expect(one.text).toBe(other.text);
    expect(
      one
        .ofType('agent_delta')
        .map((d) => d.text)
        .join(''),
    ).toBe(one.text);
  });

  test('an interrupt ends the turn and the running command with its children, and the session goes on', async () => {
    using session = project.session({ permissionMode: 'bypassPermissions' });
    session.prompt('run sleep 300 & echo pid $!; wait');
    const delta = await session.until((line) => line.type === 'agent_delta' && line.kind === 'toolOutput');
    const pid = Number(/pid (\d+)/.exec(JSON.stringify(delta))?.[1]);
    const sleep = processRef(pid);
    session.send({ type: 'interrupt', sessionId: SESSION });
    expect((await session.untilType('turn_ended')).outcome).toBe('interrupted');
    await untilGone(sleep);
    expect((await session.turn('say still here')).outcome).toBe('done');
  });

  test('an interrupt withdraws the open ask and keeps what was said', async () => {
    using session = project.session();
    session.prompt('question');
    const ask = await session.nextAsk();
    session.send({ type: 'interrupt', sessionId: SESSION });
    expect((await session.untilType('ask_withdrawn')).askId).toBe(ask.id);
    expect((await session.untilType('turn_ended')).outcome).toBe('interrupted');
    session.answer(ask.id, { kind: 'question', answers: {} });
    expect((await session.untilType('error')).message).toContain('not open');
  });

  test('what was streamed before an interrupt stays, marked partial', async () => {
    using session = project.session();
    session.prompt('slow pace=5 n=100000');
    await session.untilType('agent_delta', 3);
    session.send({ type: 'interrupt', sessionId: SESSION });
    await session.untilType('turn_ended');
    const partial = session.messages.find((m) => m.type === 'text');
    expect(partial).toMatchObject({ content: { partial: true } });
    expect(session.text).toBe(
      session
        .ofType('agent_delta')
        .map((d) => d.text)
        .join(''),
    );
  });

  test('a background subagent wakes the session with a turn that no prompt asked for', async () => {
    using session = project.session();
    await session.turn('subagent background key=wake-up');
    project.write('.agor-demo-wake-up', '');
    const woken = await session.untilType('agent_started', 1);
    expect(woken.promptId).toBeUndefined();
    await session.untilType('turn_ended', 1);
    const [call] = session.messages.filter((m) => m.type === 'tool_call' && m.content.name === 'Agent');
    const id = call?.type === 'tool_call' ? call.content.toolUseId : '';
    const nested = session.messages.filter((m) => m.parentId === id).map((m) => m.type);
    expect(nested).toEqual(['thinking', 'tool_call', 'tool_result', 'text']);
    expect(session.messages.filter((m) => m.type === 'subagent').map((m) => m.content.state)).toEqual([
      'started',
      'progress',
      'done',
    ]);
  });

  test('a subagent has one of its own work, whose call is told as made by it', async () => {
    using session = project.session();
    await session.turn('subagent depth=2');
    const calls = session.messages.filter((m) => m.type === 'tool_call' && m.content.kind === 'agent');
    const [outer, inner] = calls.map((m) => (m.type === 'tool_call' ? m.content.toolUseId : ''));
    expect(calls.map(({ parentId }) => parentId)).toEqual([undefined, outer]);
    const ends = session.messages.flatMap((m) =>
      m.type === 'subagent' && m.content.state === 'done' ? [m.content.toolUseId] : [],
    );
    expect(ends).toEqual([inner, outer] as string[]);
  });

  test('the context is as full as the person said, until the next turn', async () => {
    using session = project.session();
    await session.turn('fill 92');
    await session.turn('say hello');
    const costs = session.messages.flatMap((m) => (m.type === 'cost' ? [m.content.contextTokens ?? 0] : []));
    expect(costs[0]).toBe(184_000);
    expect(costs[1]).toBeLessThan(1_000);
  });

  test.each(['subagent key=never', 'subagent background key=never'])(
    'one subagent is stopped alone: %s',
    async (prompt) => {
      using session = project.session();
      session.prompt(prompt);
      const isStart = (line: { type: string }) =>
        line.type === 'agent_event' && JSON.stringify(line).includes('"started"');
      await session.until(isStart);
      const [call] = session.messages.filter((m) => m.type === 'tool_call' && m.content.name === 'Agent');
      const toolUseId = call?.type === 'tool_call' ? call.content.toolUseId : '';
      session.send({ type: 'stopSubagent', sessionId: SESSION, toolUseId });
      await session.until((line) => line.type === 'agent_event' && JSON.stringify(line).includes('"stopped"'));
      expect((await session.untilType('turn_ended')).outcome).toBe('done');
      session.send({ type: 'stopSubagent', sessionId: SESSION, toolUseId });
      expect((await session.untilType('error')).message).toContain('it does not run any more');
      expect((await session.turn('say still here')).outcome).toBe('done');
    },
  );

  test('prompts that come while a turn runs wait for its end', async () => {
    using session = project.session();
    session.prompt('hold queue');
    await session.until((line) => line.type === 'agent_event' && JSON.stringify(line).includes('I wait for'));
    session.prompt('say second');
    await session.untilType('prompt_accepted', 1);
    expect(session.ofType('agent_started').length).toBe(1);
    project.write('.agor-demo-queue', '');
    await session.untilType('turn_ended', 1);
    expect(session.ofType('agent_started').map((line) => line.promptId)).toEqual([
      'prompt-1',
      'prompt-2',
    ] as PromptId[]);
  });

  test('images arrive whole', async () => {
    using session = project.session();
    const data = Buffer.from('not really a png').toString('base64');
    const options = RunOptions.parse({ cwd: project.dir, model: 'script-fast' });
    const images = [{ kind: 'inline' as const, mediaType: 'image/png', data }];
    session.send({
      type: 'query',
      sessionId: SESSION,
      promptId: PromptId.parse('p'),
      prompt: 'image',
      images,
      options,
    });
    await session.untilType('turn_ended');
    expect(session.text).toContain('image/png, 16 bytes');
  });

  test('a refused model is told and the session goes on', async () => {
    using session = project.session();
    await session.turn('say one');
    session.send({ type: 'set', sessionId: SESSION, model: 'gpt-9' });
    expect((await session.untilType('error')).message).toContain('no model "gpt-9"');
    expect((await session.turn('say two')).outcome).toBe('done');
  });
});

describe('death', () => {
  test('a crash in mid-stream leaves deltas without their message', async () => {
    using session = project.session();
    session.prompt('crash mid-stream');
    await session.exited;
    expect(session.signalCode).toBe('SIGKILL');
    expect(session.ofType('agent_delta').length).toBe(10);
    expect(session.ofType('turn_ended')).toEqual([]);
  });

  test('`exit 3` exits with 3', async () => {
    using session = project.session();
    session.prompt('exit 3');
    expect(await session.exited).toBe(3);
  });

  test('a broken agent ends its turn, says why and exits with 1', async () => {
    using session = project.session();
    session.prompt('fail');
    expect(await session.exited).toBe(1);
    expect(session.lines.slice(-2).map((line) => line.type)).toEqual(['turn_ended', 'agent_error']);
  });

  test('an orphan outlives its parents', async () => {
    using session = project.session();
    await session.turn('orphan 30');
    const pid = Number(/process (\d+)/.exec(session.text)?.[1]);
    const orphan = processRef(pid);
    expect(orphan && isAlive(orphan)).toBe(true);
    process.kill(pid, 'SIGKILL');
  });

  test('the end of stdin in mid-turn ends the turn, the command and the runner', async () => {
    using session = project.session({ permissionMode: 'bypassPermissions' });
    session.prompt('run echo pid $$; sleep 300');
    const delta = await session.until((line) => line.type === 'agent_delta' && line.kind === 'toolOutput');
    const shell = processRef(Number(/pid (\d+)/.exec(JSON.stringify(delta))?.[1]));
    session.endStdin();
    expect(await session.exited).toBe(0);
    expect(session.lines.slice(-2).map((line) => line.type)).toEqual(['turn_ended', 'agent_stopped']);
    await untilGone(shell);
  });
});
