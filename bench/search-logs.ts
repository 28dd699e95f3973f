import { Database } from '@agor/runtime';

/** A log in which the words of English prose, code and paths stand as often as they do in real ones: few often, most hardly ever. */
export interface LogsOptions {
  readonly sessionsDb: string;
  readonly messages: number;
  readonly seed: number;
}

const SESSIONS = 400;
const PROJECTS = 20;
const VOCABULARY = 60_000;
/** Rows of one transaction. */
const AT_ONCE = 5_000;
const START = Date.UTC(2026, 0, 1);

/** The nth most frequent word. */
export function word(rank: number): string {
  const letters = 'etaoinshrdlucmfwypvbgkqjxz';
  let text = '';
  for (let rest = rank + 27; rest > 0; rest = Math.floor(rest / 26)) text += letters[(rest * 7) % 26];
  return rank % 5 === 4 ? `${text}_${rank % 100}` : text;
}

export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 up to 1. */
  roll(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#state / 2 ** 32;
  }

  /** A word by Zipf's law. */
  word(): string {
    return word(Math.floor(VOCABULARY ** this.roll()) - 1);
  }
}

/** Fills the hub's log with sessions that end; the hub must not run. */
export function fillLogs({ sessionsDb, messages, seed }: LogsOptions): void {
  using db = new Database(sessionsDb);
  const dice = new Dice(seed);
  const session = db.prepare(
    `INSERT INTO sessions (id, epoch, project_id, created_at, last_activity_at, open, snapshot_seq, state)
     VALUES (?, 'e', ?, ?, ?, 0, 0, ?)`,
  );
  const event = db.prepare('INSERT INTO session_events (session_id, seq, at, kind, payload) VALUES (?, ?, ?, ?, ?)');
  const each = Math.ceil(messages / SESSIONS);
  for (let s = 0; s < SESSIONS; s++) {
    const id = `bench-session-${s}`;
    const state = JSON.stringify({ title: `Session ${s}`, provider: s % 3 === 0 ? 'codex' : 'claude' });
    session.run(id, `project-${s % PROJECTS}`, START, START + s, state);
    for (let from = 0; from < each; from += AT_ONCE)
      db.transaction(() => {
        for (let n = from; n < Math.min(each, from + AT_ONCE); n++)
          event.run(id, n + 1, START + (s * each + n) * 10, ...body(dice, n));
      })();
  }
}

function body(dice: Dice, n: number): [string, string] {
  const words = Array.from({ length: Math.floor(8 + 160 * dice.roll() ** 3) }, () => dice.word());
  const text = words.join(n % 3 === 0 ? '\n' : ' ');
  const base = { id: `m${n}`, timestamp: 1 };
  if (n % 10 === 0) return ['promptQueued', json({ prompt: { id: `p${n}`, text, images: [], source: 'web' } })];
  const message =
    n % 3 === 0
      ? { ...base, type: 'tool_result', content: { toolUseId: `t${n}`, output: text, isError: false } }
      : n % 3 === 1
        ? { ...base, type: 'text', content: { text } }
        : {
            ...base,
            type: 'tool_call',
            content: { toolUseId: `t${n + 1}`, name: 'Bash', kind: 'execute', input: { command: text } },
          };
  return ['message', json({ message })];

  function json(fields: object): string {
    return JSON.stringify({ kind: n % 10 === 0 ? 'promptQueued' : 'message', ...fields });
  }
}
