import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { AgentId, GroupId, OPERATOR, type Prompt, ProviderId, SessionId, type SessionState } from '@agor/protocol';
import { createLogger } from '@agor/runtime';
import { ManualClock, tempDir } from '@agor/runtime/testing';
import { initialState } from '@agor/session';
import fc from 'fast-check';
import { type Actor, registerAgents, type TeamContext } from '../btmsg/index.ts';
import { type HubDatabase, openTeamDatabase } from '../database/index.ts';
import { rejected } from '../failure.ts';
import { callTeam } from './call.ts';
import { Courier, type CourierSessions } from './courier.ts';

const GROUP = GroupId.parse('g');
const WEB = AgentId.parse('web');
const operator: Actor = { id: OPERATOR, role: 'admin', rights: 'admin', tier: 0, groupId: null };
const agent: Actor = { id: WEB, role: 'project', rights: 'project', tier: 2, groupId: GROUP };
const GATHER_MS = 150;
const RETRY_MS = 60_000;

/** The process is gone. */
class Crash extends Error {}
/** Where it can be gone: at the n-th write of btmsg.db from now, or at the next prompt, before or after it is on the disk. */
interface Fault {
  readonly where: 'write' | 'prompt';
  readonly when: 'before' | 'after';
  nth: number;
}

/** A session as the hub's log keeps it: what it has taken outlives a crash. `heard` is what its agent has got, in order. */
interface Session {
  readonly id: SessionId;
  turn: boolean;
  held: boolean;
  readonly queue: Prompt[];
}

/** The sessions of the hub, by the rules of `agent.query`: done once by the command's id, queued or steered as the session stands. */
class ModelSessions implements CourierSessions {
  readonly heard: string[] = [];
  readonly #done = new Map<string, string>();
  session: Session | null = null;
  steers = false;
  fault: Fault | null = null;
  /** The next prompt, or the next session, is refused. */
  full = false;
  unable = false;
  #made = 0;

  of(): SessionState | null {
    return this.session && stateOf(this.session);
  }
  state(id: SessionId): SessionState | null {
    return this.session?.id === id ? stateOf(this.session) : null;
  }
  create(): SessionId {
    if (this.unable) throw rejected('The provider is switched off.');
    this.session = { id: SessionId.parse(`s${++this.#made}`), turn: false, held: false, queue: [] };
    return this.session.id;
  }
  canSteer(state: SessionState): boolean {
    return this.steers && state.turn !== null;
  }
  prompt(input: Parameters<CourierSessions['prompt']>[0]): void {
    const fault = this.fault?.where === 'prompt' ? this.fault : null;
    if (fault) this.fault = null;
    if (fault?.when === 'before') throw new Crash();
    const asked = JSON.stringify(input);
    const known = this.#done.get(input.commandId);
    if (known !== undefined && known !== asked) throw rejected('This id was used for another operation.');
    if (known === undefined) {
      if (this.full) throw rejected('200 prompts wait in this session already.');
      this.#take(input.prompt);
      this.#done.set(input.commandId, asked);
    }
    if (fault) throw new Crash();
  }
  #take(prompt: Prompt): void {
    const { session } = this;
    if (!session) throw rejected('There is no such session.');
    if (session.turn && this.steers && session.queue.length === 0) this.#hear(prompt);
    else session.queue.push(prompt);
    this.handOut();
  }
  /** The next prompt of the queue begins a turn. */
  handOut(): void {
    const { session } = this;
    if (!session || session.turn || session.held) return;
    const next = session.queue.shift();
    if (!next) return;
    session.turn = true;
    this.#hear(next);
  }
  #hear({ text }: Prompt): void {
    this.heard.push(...[...text.matchAll(/<m(\d+)>/g)].map(([whole]) => whole));
  }
}

function stateOf({ id, turn, queue }: Session): SessionState {
  const body = {
    kind: 'sessionCreated',
    projectId: null,
    provider: ProviderId.parse('demo'),
    cwd: '/',
    title: 't',
    permissionMode: 'default',
  } as const;
  return { ...initialState(id, body, 0), turn: turn ? { id: 't' as never, startedAt: 0 } : null, queue: [...queue] };
}

/** A hub's part that delivers, killed and started again on one database. */
class Place implements Disposable {
  readonly #dir = tempDir();
  readonly clock = new ManualClock();
  readonly sessions = new ModelSessions();
  readonly sent: { readonly id: string; readonly mark: string; readBy: boolean }[] = [];
  #ctx: TeamContext;
  #courier: Courier;

  constructor() {
    [this.#ctx, this.#courier] = this.#open();
    registerAgents(this.#ctx, [
      { ...agent, name: 'Web', rights: 'project', groupId: GROUP, tier: 2, model: null, cwd: null },
    ]);
    this.#courier.start();
  }

  /** Does something that the process may die of; a new one begins then. */
  step(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.crash();
    }
  }

  crash(): void {
    this.#courier[Symbol.dispose]();
    this.#ctx.db.close();
    [this.#ctx, this.#courier] = this.#open();
    this.step(() => this.#courier.start());
  }

  /** Whoever sent it repeats it under the same id when the hub dies before the answer. */
  send(): void {
    const mark = `<m${this.sent.length}>`;
    const call = { id: `send-${mark}`, operation: 'btmsg.send', input: { to: 'web', content: mark } };
    this.step(() => void callTeam(this.#ctx, operator, call));
    const { id } = this.#unhurt(() => callTeam(this.#ctx, operator, call)) as { id: string };
    this.sent.push({ id, mark, readBy: false });
    this.#courier.nudge(WEB);
  }

  /** The agent looks at its inbox by itself and reads what it has not been told. */
  read(which: number): void {
    const message = this.sent[which % this.sent.length];
    if (!message || this.sessions.heard.includes(message.mark)) return;
    const call = { id: `read-${message.id}`, operation: 'btmsg.read', input: { id: message.id } };
    this.step(() => void callTeam(this.#ctx, agent, call));
    this.#unhurt(() => callTeam(this.#ctx, agent, call));
    message.readBy = true;
  }

  nudge(): void {
    this.#courier.nudge(WEB);
  }

  pass(ms: number): void {
    this.step(() => this.clock.advance(ms));
  }

  #unhurt<T>(run: () => T): T {
    const { fault } = this.sessions;
    this.sessions.fault = null;
    const result = run();
    this.sessions.fault = fault;
    return result;
  }

  [Symbol.dispose](): void {
    this.#courier[Symbol.dispose]();
    this.#ctx.db.close();
    this.#dir[Symbol.dispose]();
  }

  #open(): [TeamContext, Courier] {
    const { clock, sessions } = this;
    const db = mortal(openTeamDatabase(join(this.#dir.path, 'btmsg.db')), sessions);
    const ctx: TeamContext = { db, clock, changed: () => {}, isActive: () => false };
    const log = createLogger({ name: 'test', file: '/dev/null' });
    return [ctx, new Courier({ ctx, clock, log, sessions })];
  }
}

/** A database whose process can die at a write: before anything of it is on the disk, or when all of it is. */
function mortal(db: HubDatabase, sessions: ModelSessions): HubDatabase {
  const write = <T>(fn: () => T): T => {
    const { fault } = sessions;
    const dies = fault?.where === 'write' && !db.raw.inTransaction && --fault.nth < 0;
    if (dies) sessions.fault = null;
    if (dies && fault.when === 'before') throw new Crash();
    const result = db.write(fn);
    if (dies) throw new Crash();
    return result;
  };
  return { raw: db.raw, write, close: () => db.close() };
}

/** What can happen, by name; a failing run prints them. */
const happenings = {
  send: (place: Place) => place.send(),
  pass: (place: Place) => place.pass(GATHER_MS),
  retry: (place: Place) => place.pass(RETRY_MS),
  nudge: (place: Place) => place.nudge(),
  kill: (place: Place) => place.crash(),
  fault: ({ sessions }: Place, n: number) => {
    const where = n % 2 === 0 ? 'write' : 'prompt';
    sessions.fault = { where, when: n % 4 < 2 ? 'before' : 'after', nth: Math.floor(n / 4) % 5 };
  },
  read: (place: Place, n: number) => place.read(n),
  'a turn of the person': ({ sessions: { session } }: Place) => {
    if (session && !session.held) session.turn = true;
  },
  'turn ends': ({ sessions }: Place) => {
    if (sessions.session) sessions.session.turn = false;
    sessions.handOut();
  },
  'stop or go on': ({ sessions }: Place) => {
    if (sessions.session) sessions.session.held = !sessions.session.held;
    sessions.handOut();
  },
  'steers or not': ({ sessions }: Place) => {
    sessions.steers = !sessions.steers;
  },
  'full or not': ({ sessions }: Place) => {
    sessions.full = !sessions.full;
  },
  'unable or not': ({ sessions }: Place) => {
    sessions.unable = !sessions.unable;
  },
  // As with a restored backup. What it had taken and not handed out goes with it, so only one without is taken away.
  'session gone': ({ sessions }: Place) => {
    if (sessions.session?.queue.length === 0) sessions.session = null;
  },
} satisfies Record<string, (place: Place, n: number) => void>;
type Happening = keyof typeof happenings;
const often: readonly Happening[] = ['send', 'pass', 'turn ends', 'fault'];
const step = fc.tuple(
  fc.oneof(fc.constantFrom(...often), fc.constantFrom(...(Object.keys(happenings) as Happening[]))),
  fc.nat(1_000),
);

test('each message reaches its agent exactly once and in order, whatever the hub dies of and at which step', () => {
  const seed = Number(process.env.AGOR_SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`courier: AGOR_SEED=${seed}`);
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (script) => {
      using place = new Place();
      const { sessions } = place;
      for (const [name, n] of script) place.step(() => happenings[name](place, n));
      Object.assign(sessions, { fault: null, full: false, unable: false });
      if (sessions.session) sessions.session.held = false;
      // Turns end, and each end is a sign of life.
      for (let n = 0; n < place.sent.length + 3; n++) {
        sessions.handOut();
        place.nudge();
        place.pass(GATHER_MS);
        if (sessions.session) sessions.session.turn = false;
      }
      const told = new Set(sessions.heard);
      const due = place.sent.filter(({ readBy, mark }) => !readBy || told.has(mark)).map(({ mark }) => mark);
      expect(sessions.heard).toEqual(due);
    }),
    { seed, numRuns: Number(process.env.AGOR_RUNS ?? 40), endOnFailure: false },
  );
}, 120_000);
