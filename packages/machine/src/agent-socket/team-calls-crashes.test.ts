import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { JournalEntry, SessionId, TEAM_CALL_LIMIT_MS, type TeamCall } from '@agor/protocol';
import { createLogger } from '@agor/runtime';
import { ManualClock, tempDir } from '@agor/runtime/testing';
import fc from 'fast-check';
import { Journal } from '../journal/index.ts';
import { openStore } from '../store/index.ts';
import { type CallSink, TeamCalls } from './team-calls.ts';

const SESSIONS = ['s1', 's2'].map((id) => SessionId.parse(id));
type Frame = Parameters<CallSink>[0];
type Asked = { readonly id: string; state: 'open' | 'acknowledged' | 'lost' };

/** A hub as far as the machine sees it: does each id once, commits its place in the journal now or after a crash, answers or dies. */
class ModelHub {
  readonly done: string[] = [];
  cursor: { epoch: string; seq: number } | null = null;
  frames: Frame[] = [];
  connected = false;

  perform({ id }: TeamCall): void {
    if (!this.done.includes(id)) this.done.push(id);
  }
}

/** Two agents on one machine, which is killed and started again on one journal. */
class Place implements Disposable {
  readonly #dir = tempDir();
  readonly hub = new ModelHub();
  readonly asked = new Map<SessionId, Asked[]>(SESSIONS.map((id) => [id, []]));
  #made = 0;
  #clock = new ManualClock();
  #store: ReturnType<typeof openStore>;
  #journal: Journal;
  #calls: TeamCalls;

  constructor() {
    [this.#store, this.#journal, this.#calls] = this.#open();
  }

  /** An agent asks for the next thing when the one before it was answered; else it repeats that under its id. */
  ask(session: SessionId): void {
    const asked = this.asked.get(session) ?? [];
    const last = asked.at(-1);
    const one: Asked = last?.state === 'open' ? last : { id: `call-${++this.#made}-long`, state: 'open' };
    if (one !== last) asked.push(one);
    const call = { id: one.id, operation: 'btmsg.send', input: { to: 'web', content: one.id } };
    void this.#calls.call(session, call).then((answer) => {
      if (answer.state !== 'failed') one.state = 'acknowledged';
    });
  }

  connect(): void {
    const { hub } = this;
    this.#journal.startFrom(hub.cursor);
    hub.frames = [];
    hub.connected = true;
    this.#calls.connect((frame) => hub.frames.push(frame));
  }

  disconnect(): void {
    this.hub.connected = false;
    this.hub.frames = [];
    this.#calls.connect(null);
  }

  /** The hub takes what the journal has; killed before its own commit it will take it again. */
  take(commits: boolean): void {
    const { hub } = this;
    if (!hub.connected) return;
    const { epoch } = this.#journal.cursor;
    const page = this.#journal.read(hub.cursor?.epoch === epoch ? hub.cursor.seq : 0, 100, 1_000_000);
    for (const json of page.entries) {
      const { event } = JournalEntry.parse(JSON.parse(json));
      if (event.kind === 'teamCall') hub.perform(event.call);
    }
    if (commits) {
      hub.cursor = { epoch, seq: page.last };
      this.#journal.acknowledge(hub.cursor);
    } else this.disconnect();
  }

  answer(andLives: boolean): void {
    const frame = this.hub.frames.shift();
    if (!frame) return;
    this.hub.perform(frame.call);
    if (andLives) this.#calls.answered(frame.call.id, { state: 'done', result: null });
    else this.disconnect();
  }

  /** Whoever asked is gone with it. What was not yet committed is lost. */
  kill(): void {
    for (const asked of this.asked.values()) for (const one of asked) if (one.state === 'open') one.state = 'lost';
    this.hub.connected = false;
    this.#store.close();
    this.#clock = new ManualClock();
    [this.#store, this.#journal, this.#calls] = this.#open();
  }

  async pass(ms: number): Promise<void> {
    this.#clock.advance(ms);
    await settled();
  }

  [Symbol.dispose](): void {
    this.#store.close();
    this.#dir[Symbol.dispose]();
  }

  #open(): [ReturnType<typeof openStore>, Journal, TeamCalls] {
    const store = openStore(join(this.#dir.path, 'journal.db'));
    const log = createLogger({ name: 'test', file: '/dev/null' });
    const journal = new Journal({ db: store.journal, log, clock: this.#clock });
    return [store, journal, new TeamCalls(journal, this.#clock)];
  }
}

/** What is due now has run: answers reach who waits for them through a few turns of the loop. */
async function settled(): Promise<void> {
  for (let n = 0; n < 3; n++) await new Promise((resolve) => setImmediate(resolve));
}

const GROUP_MS = 50;
const happenings = {
  ask: (place: Place, n: number) => place.ask(SESSIONS[n % 2] as SessionId),
  connect: (place: Place) => place.connect(),
  disconnect: (place: Place) => place.disconnect(),
  'hub takes the journal': (place: Place) => place.take(true),
  'hub dies with the journal taken': (place: Place) => place.take(false),
  'hub answers': (place: Place) => place.answer(true),
  'hub dies with the call done': (place: Place) => place.answer(false),
  'time passes': (place: Place) => place.pass(GROUP_MS),
  'too long': (place: Place) => place.pass(TEAM_CALL_LIMIT_MS),
  kill: (place: Place) => place.kill(),
} satisfies Record<string, (place: Place, n: number) => void | Promise<void>>;
type Happening = keyof typeof happenings;
const often: readonly Happening[] = ['ask', 'ask', 'connect', 'hub answers', 'hub takes the journal', 'time passes'];
const step = fc.tuple(
  fc.oneof(fc.constantFrom(...often), fc.constantFrom(...(Object.keys(happenings) as Happening[]))),
  fc.nat(1),
);

test('what an agent was told is done or kept is done once and in order, whatever dies in between', async () => {
  const seed = Number(process.env.AGOR_SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`team calls: AGOR_SEED=${seed}`);
  const property = fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), async (script) => {
    using place = new Place();
    for (const [name, n] of script) {
      await happenings[name](place, n);
      await settled();
    }
    place.connect();
    for (let n = 0; n < 10; n++) {
      await place.pass(GROUP_MS);
      place.take(true);
      while (place.hub.frames.length > 0) place.answer(true);
    }
    for (const [session, asked] of place.asked) {
      expect(asked.filter(({ state }) => state === 'open')).toEqual([]);
      const due = asked.flatMap(({ id, state }) => (state === 'acknowledged' ? [`${session} ${id}`] : []));
      expect(place.hub.done.filter((id) => due.includes(id))).toEqual(due);
    }
  });
  await fc.assert(property, { seed, numRuns: Number(process.env.AGOR_RUNS ?? 40) });
}, 120_000);
