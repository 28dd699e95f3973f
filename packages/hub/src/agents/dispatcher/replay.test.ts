import { expect, test } from 'bun:test';
import { join } from 'node:path';
import {
  AskId,
  BlockId,
  CommandId,
  type JournalEntry,
  type MachineEvent,
  MachineId,
  PromptId,
  SessionId,
  type TeamAnswer,
  type TeamCall,
  TurnId,
} from '@agor/protocol';
import type { Adapter } from '@agor/providers';
import { createLogger, systemClock } from '@agor/runtime';
import { tempDir } from '@agor/runtime/testing';
import type { AgentContext } from '../../agent-context/index.ts';
import { AskIndex, PermissionRules } from '../../asks/index.ts';
import { Conversations } from '../../conversations/index.ts';
import { DEMO, prompt } from '../../core/testing.ts';
import { openHubDatabase } from '../../database/index.ts';
import { HubBus } from '../../events/index.ts';
import { EventLog } from '../../log/index.ts';
import { DoneCommands, Outbox } from '../../outbox/index.ts';
import { query } from '../index.ts';
import { Dispatcher, type StreamItem } from './index.ts';

const MACHINE = MachineId.parse('machine');
const SESSIONS = ['a', 'b', 'c'].map((id) => SessionId.parse(id));
/** Deterministic, and different for each seed. */
function randomOf(seed: number): () => number {
  let x = seed * 2_654_435_761 + 1;
  return () => {
    x = (x * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return x / 4_294_967_296;
  };
}

/** Counts what it sees: a replay that reached it twice would show in every later id. */
const counting: Adapter = {
  initial: () => ({ n: 0 }),
  adapt: (event, memory, at) => {
    const n = Number(memory.n) + 1;
    if ((event as { bad?: boolean }).bad) throw new Error('a bad event');
    return {
      messages: [{ id: `m${n}`, type: 'text', timestamp: at, content: { text: JSON.stringify(event) } }],
      memory: { n },
    };
  },
};

/** A hub's part that ingests; opened again and again on one database. */
function open(dir: string, teamCall: (call: TeamCall) => TeamAnswer = () => ({ state: 'queued' })) {
  const db = openHubDatabase(join(dir, 'sessions.db'));
  const logger = createLogger({ name: 'test', file: join(dir, 'log') });
  const log = new EventLog(db, new HubBus(logger), systemClock);
  const ctx: AgentContext = {
    log,
    outbox: new Outbox(db, systemClock),
    done: new DoneCommands(db, systemClock),
    asks: new AskIndex(db),
    rules: new PermissionRules(db, systemClock),
    conversations: new Conversations(db),
    run: {
      project: () => null,
      mcpServers: () => ({}),
      defaults: () => ({ provider: DEMO, permissionMode: 'default' }),
      policy: () => ({ idleCloseMinutes: 0, resumeAfterLimit: false, prewarm: false }),
      provider: () => null,
    },
    blobsDir: join(dir, 'blobs'),
    ownFolders: [],
    worktreesDir: join(dir, 'worktrees'),
    traceparent: () => undefined,
    setSessionEnvironment: () => {},
  };
  const redoAnswer = (): void => {};
  const dispatcher = new Dispatcher({
    ctx,
    db,
    clock: systemClock,
    logger,
    adapterFor: () => counting,
    redoAnswer,
    teamCall: (_, call) => teamCall(call),
  });
  return { db, log, ctx, dispatcher };
}
type Opened = ReturnType<typeof open>;

/** Three sessions with three queued prompts each, the first of them on its way. */
function prepare({ log, ctx }: Opened): void {
  for (const id of SESSIONS) {
    log.transaction(() =>
      log.create(id, {
        kind: 'sessionCreated',
        projectId: null,
        provider: DEMO,
        cwd: '/',
        title: 't',
        permissionMode: 'default',
      }),
    );
    for (let i = 0; i < 3; i++)
      query(ctx, {
        commandId: CommandId.parse(`${id}-${i}`),
        sessionId: id,
        prompt: prompt(`p${i}`, { id: PromptId.parse(`${id}-${i}`) }),
      });
  }
}

function randomEvent(random: () => number, i: number): MachineEvent {
  const sessionId = SESSIONS[Math.floor(random() * SESSIONS.length)] ?? SessionId.parse('a');
  const turnId = TurnId.parse('turn');
  const pick = Math.floor(random() * 12);
  const line = (fields: object) => ({ kind: 'runner', sessionId, line: { sessionId, ...fields } }) as MachineEvent;
  const promptId = PromptId.parse(`${sessionId}-${Math.floor(random() * 3)}`);
  if (pick === 0) return { kind: 'runnerStarted', sessionId, provider: DEMO, process: { pid: i + 1, startTime: 's' } };
  if (pick === 1) return line({ type: 'agent_started', turnId, promptId });
  if (pick === 2) return line({ type: 'turn_ended', turnId, outcome: random() < 0.8 ? 'done' : 'failed' });
  if (pick === 3) return { kind: 'runnerExited', sessionId, code: 0, signal: null, expected: random() < 0.5 };
  if (pick === 4)
    return line({ type: 'ask', ask: { kind: 'plan', id: AskId.parse(`ask-${i}`), title: 't', plan: 'p' } });
  if (pick === 5) return { kind: 'promptDoubtful', sessionId, promptId, reason: 'r' };
  if (pick === 6) return line({ type: 'prompt_accepted', promptId });
  if (pick === 7)
    return {
      kind: 'blockAborted',
      sessionId,
      block: { sessionId, blockId: BlockId.parse(`b${i}`), kind: 'text', text: 'half', truncated: false },
    };
  return line({ type: 'agent_event', event: { i, bad: random() < 0.1 } });
}

/** What must be the same, however the journal came in. Commit times and made-up ids of commands are left out. */
function outcome({ log, ctx, db }: Opened): unknown {
  return {
    events: SESSIONS.map((id) => log.tail(id, 10_000).map(({ at: _at, ...event }) => event)),
    memories: db.raw.query('SELECT * FROM adapter_memory ORDER BY session_id').all(),
    outbox: ctx.outbox.after(0, 1_000).map((entry) => entry.command),
    asks: db.raw.query('SELECT id, session_id FROM asks ORDER BY id').all(),
  };
}

/** The end of the process in mid-transaction: reading the item throws, as nothing after it is ever done. */
const crash: StreamItem = {
  get entry(): JournalEntry {
    throw new Error('crash');
  },
};

const seeds = process.env.AGOR_SEED ? [Number(process.env.AGOR_SEED)] : Array.from({ length: 40 }, (_, i) => i + 1);

test.each(seeds)(
  'a journal that comes in pieces, twice, and across crashes gives the log of one clean pass (AGOR_SEED=%d)',
  (seed) => {
    const random = randomOf(seed);
    const journal = Array.from(
      { length: 150 },
      (_, i): JournalEntry => ({ seq: i + 1, at: i, event: randomEvent(random, i) }),
    );

    using cleanDir = tempDir();
    const clean = open(cleanDir.path);
    prepare(clean);
    clean.dispatcher.ingest(
      MACHINE,
      'e',
      journal.map((entry) => ({ entry })),
    );

    using dir = tempDir();
    let hub = open(dir.path);
    prepare(hub);
    const reopen = (): void => {
      hub.db.close();
      hub = open(dir.path);
    };
    for (let sent = 0; sent < journal.length; ) {
      // A new connection repeats from anything that was acknowledged once: the hub's own word may have been lost.
      const from = random() < 0.3 ? Math.floor(random() * sent) : sent;
      const items: StreamItem[] = journal.slice(from, sent + 1 + Math.floor(random() * 20)).map((entry) => ({ entry }));
      if (random() < 0.25) {
        items.splice(Math.floor(random() * (items.length + 1)), 0, crash);
        expect(() => hub.dispatcher.ingest(MACHINE, 'e', items)).toThrow('crash');
        if (random() < 0.5) reopen();
      } else {
        sent = hub.dispatcher.ingest(MACHINE, 'e', items) ?? sent;
        if (random() < 0.1) reopen();
      }
    }
    hub.dispatcher.ingest(
      MACHINE,
      'e',
      journal.map((entry) => ({ entry })),
    );
    expect(outcome(hub)).toEqual(outcome(clean));
    hub.db.close();
    clean.db.close();
  },
);

test('an entry of a session that the log does not know begins it anew', () => {
  using dir = tempDir();
  const hub = open(dir.path);
  const sessionId = SessionId.parse('lost');
  const event: MachineEvent = { kind: 'runnerStarted', sessionId, provider: DEMO, process: { pid: 1, startTime: 's' } };
  hub.dispatcher.ingest(MACHINE, 'e', [{ entry: { seq: 1, at: 1, event } }]);
  expect(hub.log.requireState(sessionId)).toMatchObject({
    title: 'Recovered session',
    provider: 'demo',
    process: { pid: 1 },
  });
  hub.db.close();
});

const teamCalls = (...ids: readonly string[]): { entry: JournalEntry }[] =>
  ids.map((id, i) => {
    const sessionId = SESSIONS[0] as SessionId;
    const call = { id, operation: 'btmsg.send', input: { to: 'web', content: 'hello' } };
    return { entry: { seq: i + 1, at: i, event: { kind: 'teamCall', sessionId, call } } };
  });
const noticesOf = ({ log }: Opened) =>
  log.tail(SESSIONS[0] as SessionId, 100).flatMap((event) => (event.kind === 'notice' ? [event.message] : []));

test('what an agent asked for while the hub was away is done when its entry is read, and not again when it is repeated', () => {
  using dir = tempDir();
  const done: string[] = [];
  const hub = open(dir.path, ({ id }) => {
    done.push(id);
    return { state: 'done', result: {} };
  });
  prepare(hub);
  hub.dispatcher.ingest(MACHINE, 'e', teamCalls('one', 'two'));
  hub.dispatcher.ingest(MACHINE, 'e', teamCalls('one', 'two', 'three'));
  expect(done).toEqual(['one', 'two', 'three']);
  expect(noticesOf(hub)).toEqual([]);
  hub.db.close();
});

test('what was refused when the hub was back is told in the session, for nobody waits for the answer any more', () => {
  using dir = tempDir();
  const hub = open(dir.path, () => ({ state: 'failed', code: 'notFound', message: 'There is no agent "web" here.' }));
  prepare(hub);
  hub.dispatcher.ingest(MACHINE, 'e', teamCalls('one'));
  hub.dispatcher.ingest(MACHINE, 'e', teamCalls('one'));
  expect(noticesOf(hub)).toEqual([
    'What the agent asked for while agor\'s hub was away (btmsg.send) was not done: There is no agent "web" here.',
  ]);
  hub.db.close();
});
