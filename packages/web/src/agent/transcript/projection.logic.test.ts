import { AskId, PromptId, TurnId } from '@agor/protocol';
import { describe, expect, test } from 'vitest';
import { called, created, placed, prompted, randomLog, returned, said, seeded } from '../../testing/events.ts';
import { Projection } from './projection.ts';
import type { Row, ToolRow } from './rows.ts';
import { TranscriptRows, withOpenBlocks } from './transcript-rows.ts';

function rowsOf(...bodies: Parameters<typeof placed>[0]): readonly Row[] {
  const projection = new Projection();
  for (const event of placed([created, ...bodies])) projection.add(event);
  return projection.rows;
}
const kinds = (rows: readonly Row[]) => rows.map(({ kind }) => kind);

describe('the rows of a transcript', () => {
  test('a prompt shows when it goes to the agent, not when it is queued', () => {
    const [queued, ...sent] = prompted('p1', 'hello');
    expect(rowsOf(queued as (typeof sent)[0])).toEqual([]);
    const rows = rowsOf(...prompted('p1', 'hello'));
    expect(rows).toMatchObject([{ kind: 'prompt', text: 'hello', delivery: 'delivered' }]);
  });

  test('an edited prompt shows as it was sent', () => {
    const [queued, ...sent] = prompted('p1', 'hello');
    const edited = { kind: 'promptEdited' as const, promptId: PromptId.parse('p1'), text: 'hello again' };
    expect(rowsOf(queued as (typeof sent)[0], edited, ...sent)).toMatchObject([{ text: 'hello again' }]);
  });

  test('a prompt that is sent again keeps its one bubble', () => {
    const promptId = PromptId.parse('p1');
    const rows = rowsOf(
      ...prompted('p1', 'hello').slice(0, 2),
      { kind: 'promptDoubtful', promptId, reason: 'the machine died' },
      { kind: 'promptSent', promptId },
    );
    expect(rows).toMatchObject([{ kind: 'prompt', delivery: 'sent', reason: undefined }]);
  });

  test('the call of a question is not drawn beside its ask, whichever came first', () => {
    const ask = { id: AskId.parse('a1'), kind: 'question' as const, title: 'Which?', toolUseId: 't1', questions: [] };
    for (const bodies of [
      [called('t1', 'AskUserQuestion', 'Which?'), { kind: 'askOpened' as const, ask }],
      [{ kind: 'askOpened' as const, ask }, called('t1', 'AskUserQuestion', 'Which?')],
    ]) {
      const projection = new Projection();
      for (const event of placed([created, ...bodies])) projection.add(event);
      expect(kinds(withOpenBlocks(projection, []))).toEqual(['ask']);
    }
  });

  test('a server of tools that is not there is told once, beside the words of the beginning', () => {
    const init = (status: string) =>
      said('init', {
        sessionId: 'c',
        tools: [],
        agentVersion: '2.1',
        mcpServers: [
          { name: 'docs', status },
          { name: 'files', status: 'connected' },
        ],
      });
    const told = (...bodies: Parameters<typeof placed>[0]) =>
      rowsOf(...bodies).flatMap((row) => (row.kind === 'status' ? row.entries.map(({ text }) => text) : []));
    const broken = 'Without the tools of the MCP server docs: failed';
    expect(told(init('failed'), init('failed'))).toEqual(['2.1', broken]);
    expect(told(init('connected'), init('needs-auth'))).toEqual([
      '2.1',
      '2.1',
      'Without the tools of the MCP server docs: it wants a sign-in',
    ]);
  });

  test('an interrupted turn says so once', () => {
    const cost = {
      totalCostUsd: 0,
      inputTokens: 1,
      outputTokens: 0,
      durationMs: 1,
      isError: true,
      errors: ['interrupted'],
    };
    const rows = rowsOf(said('cost', cost as Parameters<typeof said<'cost'>>[1]), {
      kind: 'turnEnded',
      turnId: TurnId.parse('t'),
      outcome: 'interrupted',
    });
    expect(rows).toMatchObject([
      { kind: 'cost', errors: [] },
      { kind: 'marker', text: 'Interrupted' },
    ]);
  });

  test('a result joins its call, whatever came between', () => {
    const rows = rowsOf(
      called('t1'),
      called('t2', 'Bash', 'pwd'),
      said('text', { text: 'hm' }),
      returned('t1', 'files'),
    );
    expect(kinds(rows)).toEqual(['tool', 'tool', 'text']);
    expect(rows[0]).toMatchObject({ toolUseId: 't1', result: { output: 'files' } });
    expect(rows[1]).toMatchObject({ result: null });
  });

  test('a result whose call is not here still shows', () => {
    expect(rowsOf(returned('t9', 'files'))).toMatchObject([{ kind: 'tool', call: null, result: { output: 'files' } }]);
  });

  test('what a subagent does stands below its call, agents of agents as well', () => {
    const rows = rowsOf(
      called('a1', 'Agent', 'look'),
      called('t1', 'Bash', 'ls', 'a1'),
      called('a2', 'Agent', 'deeper', 'a1'),
      called('t2', 'Bash', 'pwd', 'a2'),
      returned('t2', '/', 'a2'),
      said('text', { text: 'found' }, { parentId: 'a1' }),
    );
    expect(kinds(rows)).toEqual(['tool']);
    const agent = rows[0] as ToolRow;
    expect(agent).toMatchObject({ toolCount: 3 });
    expect(kinds(agent.children)).toEqual(['tool', 'tool', 'text']);
    expect((agent.children[1] as ToolRow).children).toMatchObject([{ toolUseId: 't2', result: { output: '/' } }]);
  });

  test('statuses in a row are one row, and another row ends it', () => {
    const status = said('status', { subtype: 'hook', message: 'ran' });
    const rows = rowsOf(status, status, said('text', { text: 'a' }), status);
    expect(rows).toMatchObject([{ kind: 'status', total: 2 }, { kind: 'text' }, { kind: 'status', total: 1 }]);
  });

  test('a thought is as long as the time since the event before', () => {
    expect(rowsOf(said('thinking', { text: 'hm' }))).toMatchObject([{ kind: 'thinking', durationMs: 1000 }]);
  });

  test('a call without a result is over when the turn is; an agent in the background goes on', () => {
    const rows = rowsOf(
      called('t1'),
      called('a1', 'Agent'),
      said('subagent', { toolUseId: 'a1', state: 'started', background: true }),
      { kind: 'turnEnded', turnId: TurnId.parse('x'), outcome: 'interrupted' },
    );
    expect(rows).toMatchObject([{ abandoned: true }, { abandoned: false }, { kind: 'marker', text: 'Interrupted' }]);
  });

  test('an agent in the background ends with the process that it was in', () => {
    const rows = rowsOf(
      called('a1', 'Agent'),
      said('subagent', { toolUseId: 'a1', state: 'started', background: true }),
      { kind: 'turnEnded', turnId: TurnId.parse('x'), outcome: 'done' },
      { kind: 'processExited', code: 0, signal: null, expected: true },
    );
    expect(rows).toMatchObject([{ abandoned: true }]);
  });

  test('an ask shows where it was opened, and its call says that it waits until someone answers', () => {
    const ask = {
      id: AskId.parse('a1'),
      kind: 'permission' as const,
      toolUseId: 't1',
      toolName: 'Bash',
      title: 'Run',
      input: {},
    };
    const open = [called('t1'), { kind: 'askOpened' as const, ask }];
    expect(rowsOf(...open)).toMatchObject([{ waits: true }, { kind: 'ask', ask: { status: 'open' } }]);
    const answered = {
      kind: 'askAnswered' as const,
      askId: ask.id,
      answer: { kind: 'permission' as const, decision: 'allow' as const },
      by: 'cli',
    };
    expect(rowsOf(...open, answered)).toMatchObject([
      { waits: false },
      { ask: { status: 'answered', answeredBy: 'cli' } },
    ]);
  });

  test('a turn that failed with an error which was said shows it once', () => {
    const error = said('error', { message: 'no key', class: 'auth', retryable: false });
    const cost = said('cost', {
      totalCostUsd: 0,
      durationMs: 1,
      inputTokens: 1,
      outputTokens: 1,
      numTurns: 1,
      isError: true,
      errors: ['no key'],
    });
    const ended = {
      kind: 'turnEnded' as const,
      turnId: TurnId.parse('x'),
      outcome: 'failed' as const,
      message: 'no key',
      class: 'auth' as const,
    };
    const rows = rowsOf(error, cost, ended);
    expect(kinds(rows)).toEqual(['error', 'cost']);
    expect(rows[1]).toMatchObject({ errors: [] });
    expect(kinds(rowsOf(ended))).toEqual(['error']);
  });

  test('what nobody knows is kept raw', () => {
    expect(rowsOf(said('unknown', { raw: { a: 1 } }), { kind: 'unknown', raw: { b: 2 } })).toMatchObject([
      { kind: 'unknown', raw: { a: 1 } },
      { kind: 'unknown', raw: { b: 2 } },
    ]);
  });

  test('a newer to-do list folds the one before', () => {
    const plan = said('plan', { entries: [{ content: 'a', status: 'pending' }] });
    expect(rowsOf(plan, plan)).toMatchObject([{ superseded: true }, { superseded: false }]);
  });
});

describe('however the events arrive', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('the rows are the same (seed %i)', (seed) => {
    const log = randomLog(seed, 600);
    const batch = new TranscriptRows();
    batch.take(log);
    const pieces = new TranscriptRows();
    const random = seeded(seed + 100);
    for (let end = 0; end < log.length; ) {
      end = Math.min(log.length, end + Math.ceil(random() * 40));
      expect(pieces.take(log.slice(0, end)) || end <= 40).toBe(true);
    }
    expect(pieces.projection.rows).toEqual(batch.projection.rows);
  });

  test.each([11, 12, 13])('every row has a key of its own (seed %i)', (seed) => {
    const transcript = new TranscriptRows();
    transcript.take(randomLog(seed, 2000));
    const keys: string[] = [];
    const collect = (rows: readonly Row[]) => {
      for (const row of rows) {
        keys.push(row.key);
        if (row.kind === 'tool') collect(row.children);
      }
    };
    collect(transcript.projection.rows);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('rows that nothing happened to stay the same objects', () => {
    const transcript = new TranscriptRows();
    const log = randomLog(21, 400);
    transcript.take(log.slice(0, 399));
    const before = [...transcript.projection.rows];
    transcript.take(log);
    const changed = before.filter((row, index) => row !== transcript.projection.rows[index]);
    expect(changed.length).toBeLessThanOrEqual(3);
  });

  test('rows are made anew when an older page comes before them, and the window may slide on', () => {
    const log = randomLog(31, 1000);
    const transcript = new TranscriptRows();
    transcript.take(log.slice(500));
    expect(transcript.take(log.slice(300))).toBe(false);
    const fresh = new TranscriptRows();
    fresh.take(log.slice(300));
    expect(transcript.projection.rows).toEqual(fresh.projection.rows);
    expect(transcript.take([...log.slice(600), ...placed([said('text', { text: 'new' })], 1001)])).toBe(true);
    expect(transcript.projection.rows.at(-1)).toMatchObject({ text: 'new' });
  });

  test('the log that was rebuilt under the window is not mixed with the old one', () => {
    const transcript = new TranscriptRows();
    transcript.take(placed([created, said('text', { text: 'old' })]));
    transcript.take(placed([created, said('text', { text: 'other' }), said('text', { text: 'more' })]));
    expect(transcript.projection.rows).toMatchObject([{ text: 'other' }, { text: 'more' }]);
  });

  test('the hundred-thousandth event touches no more rows than the first', () => {
    const log = randomLog(41, 100_000);
    const projection = new Projection();
    // Counts work instead of time: how often the list of rows is read or written.
    let touched = 0;
    const rows = projection.rows as Row[];
    const cost = (from: number, to: number) => {
      touched = 0;
      for (const event of log.slice(from, to)) projection.add(event);
      return touched;
    };
    const push = rows.push.bind(rows);
    rows.push = (...added: Row[]) => {
      touched += 1;
      return push(...added);
    };
    rows.slice = (from = 0, to = rows.length) => {
      const size = (to < 0 ? rows.length + to : to) - (from < 0 ? Math.max(0, rows.length + from) : from);
      touched += size;
      return Array.prototype.slice.call(rows, from, to) as Row[];
    };
    rows.some = () => {
      throw new Error('nothing looks through all rows');
    };
    const early = cost(0, 20_000);
    cost(20_000, 80_000);
    const late = cost(80_000, 100_000);
    expect(late / early).toBeLessThanOrEqual(1.5);
  });
});

describe('what streams in', () => {
  const block = (blockId: string, kind: 'text' | 'toolOutput', more = {}) =>
    ({ sessionId: 's' as never, blockId: blockId as never, kind, text: 'grow', truncated: false, ...more }) as const;

  test('text grows as the last row, and its message takes the same place', () => {
    const transcript = new TranscriptRows();
    const log = placed([created, called('t1')]);
    transcript.take(log);
    const rows = withOpenBlocks(transcript.projection, [block('b1', 'text')]);
    expect(rows.at(-1)).toMatchObject({ kind: 'text', text: 'grow', open: true });
    transcript.take([...log, ...placed([said('text', { text: 'grown' }, { blockId: 'b1' })], 3)]);
    expect(transcript.projection.rows.at(-1)?.key).toBe(rows.at(-1)?.key);
  });

  test('a tool’s output streams into its card, and leaves the kept row alone', () => {
    const transcript = new TranscriptRows();
    transcript.take(placed([created, called('t1')]));
    const rows = withOpenBlocks(transcript.projection, [block('b1', 'toolOutput', { toolUseId: 't1' })]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ kind: 'tool', stream: { kind: 'toolOutput', text: 'grow' } });
    expect(transcript.projection.rows[0]).toMatchObject({ stream: null });
  });

  test('what a subagent says streams below its call', () => {
    const transcript = new TranscriptRows();
    transcript.take(placed([created, called('a1', 'Agent')]));
    const rows = withOpenBlocks(transcript.projection, [block('b1', 'text', { parentId: 'a1' })]);
    expect((rows[0] as ToolRow).children).toMatchObject([{ kind: 'text', text: 'grow' }]);
  });

  test('the output of a subagent’s tool streams into its card: there is one card', () => {
    const transcript = new TranscriptRows();
    transcript.take(placed([created, called('a1', 'Agent'), called('t1', 'Bash', 'ls', 'a1')]));
    const open = [block('b1', 'toolOutput', { toolUseId: 't1', parentId: 'a1' })];
    const rows = withOpenBlocks(transcript.projection, open);
    expect((rows[0] as ToolRow).children).toMatchObject([{ kind: 'tool', key: 'tt1', stream: { text: 'grow' } }]);
  });
});
