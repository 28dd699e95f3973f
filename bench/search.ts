import { World } from '@agor/e2e/world';
import type { SearchQuery } from '@agor/protocol';
import { ProjectId, ProviderId, SessionId } from '@agor/protocol';
import { atMost, percentile, type Row } from './row.ts';
import { Dice, fillLogs, word } from './search-logs.ts';

/** Messages that are searched; AGOR_BENCH_MESSAGES gives another number. */
const MESSAGES = Number(process.env.AGOR_BENCH_MESSAGES ?? 1_000_000);
const EACH = 60;
const LOOK_MS = 500;
type Query = Pick<SearchQuery, 'text'> & { filters?: SearchQuery['filters'] };

/** What people type, from the easy to the hard: each is asked by a client over the socket, as the face does. */
const KINDS: Readonly<Record<string, (dice: Dice) => Query>> = {
  'a rare word': (dice) => ({ text: `${word(20_000 + pick(dice, 30_000))} ` }),
  'a usual word': (dice) => ({ text: `${word(300 + pick(dice, 3_000))} ` }),
  'a word in most messages': (dice) => ({ text: `${word(pick(dice, 10))} ` }),
  'a word half typed': (dice) => ({ text: word(1_000 + pick(dice, 20_000)).slice(0, 3) }),
  'one letter': (dice) => ({ text: word(pick(dice, 26)).slice(0, 1) }),
  'a frequent and a usual word': (dice) => ({ text: `${word(pick(dice, 40))} ${word(300 + pick(dice, 2_000))} ` }),
  'two words and a rare one': (dice) => ({
    text: `${word(pick(dice, 20))} ${word(pick(dice, 200))} ${word(20_000 + pick(dice, 9_000))}`,
  }),
  'a phrase': (dice) => ({ text: `"${word(pick(dice, 10))} ${word(pick(dice, 100))}"` }),
  'a word in one project': (dice) => ({
    text: `${word(pick(dice, 500))} `,
    filters: { projectIds: [ProjectId.parse('project-3')], kinds: ['message'] },
  }),
  'a word of one provider, by role': (dice) => ({
    text: `${word(pick(dice, 500))} `,
    filters: { providers: [ProviderId.parse('codex')], roles: ['user'] },
  }),
  'a word in one session': (dice) => ({
    text: `${word(pick(dice, 500))} `,
    filters: { sessionIds: [SessionId.parse('bench-session-9')] },
  }),
};
const pick = (dice: Dice, below: number) => Math.floor(dice.roll() * below);

/** Full-text search over a million messages, and what its index costs. */
export async function run(): Promise<Row[]> {
  await using world = new World({ name: 'bench-search' });
  await world.serve();
  await world.shutdown();
  fillLogs({ sessionsDb: world.paths.sessionsDb, messages: MESSAGES, seed: 1 });
  await world.serve();
  using connection = await world.connect();
  const { client } = connection;
  const began = performance.now();
  let status = await client.search.status({});
  while (status.index !== 'current') {
    await Bun.sleep(LOOK_MS);
    status = await client.search.status({});
  }
  const indexed = (performance.now() - began) / 1000;
  const dice = new Dice(2);
  const all: number[] = [];
  const rows: Row[] = [];
  for (const [name, make] of Object.entries(KINDS)) {
    const took: number[] = [];
    for (let i = 0; i < EACH; i++) {
      const query = make(dice);
      const from = performance.now();
      await client.search.query(query);
      took.push(performance.now() - from);
    }
    all.push(...took);
    rows.push({ name: `… ${name}, p50`, value: percentile(took, 0.5), unit: 'ms' });
    rows.push({ name: `… ${name}, p95`, value: percentile(took, 0.95), unit: 'ms' });
  }
  return [
    atMost(`search over ${status.documents.toLocaleString('en')} messages, p95`, percentile(all, 0.95), 30, 'ms'),
    { name: '… p50', value: percentile(all, 0.5), unit: 'ms' },
    ...rows,
    { name: '… making the index anew', value: indexed, unit: 's' },
    { name: '… the index', value: status.bytes / 1e6, unit: 'MB' },
    { name: '… the log that it is made of', value: Bun.file(world.paths.sessionsDb).size / 1e6, unit: 'MB' },
  ];
}
