import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { World } from '@agor/e2e/world';
import { SearchQuery, SearchStatus } from '@agor/protocol';
import { LineSplitter, programCommand } from '@agor/runtime';
import { built } from './built.ts';
import { cpuSeconds, ownMb } from './process.ts';
import { atMost, percentile, type Row } from './row.ts';
import { KINDS } from './search-kinds.ts';
import { Dice, fillLogs } from './search-logs.ts';

/** Messages that are searched; AGOR_BENCH_MESSAGES gives another number. */
const MESSAGES = Number(process.env.AGOR_BENCH_MESSAGES ?? 1_000_000);
/** A folder to keep the logs and their index in, and to take them from the next time: then only the questions are measured. */
const KEPT = process.env.AGOR_BENCH_SEARCH_DIR;
const EACH = 60;
const LOOK_MS = 500;
const BAR_MS = 30;

type Paths = Pick<World['paths'], 'searchDb' | 'sessionsDb' | 'teamDb' | 'blobsDir'>;

/** Full-text search over a million messages, and what its index costs: the search program, asked as the hub asks it. */
export async function run(): Promise<Row[]> {
  if (KEPT !== undefined && existsSync(join(KEPT, 'sessions.db'))) return measure(within(KEPT));
  await using world = new World({ name: 'bench-search' });
  await world.serve();
  await world.shutdown();
  fillLogs({ sessionsDb: world.paths.sessionsDb, messages: MESSAGES, seed: 1 });
  if (KEPT === undefined) return measure(world.paths);
  const kept = within(KEPT);
  mkdirSync(KEPT, { recursive: true });
  for (const name of ['sessionsDb', 'teamDb'] as const) copyFileSync(world.paths[name], kept[name]);
  return measure(kept);
}

const within = (folder: string): Paths => ({
  searchDb: join(folder, 'search.db'),
  sessionsDb: join(folder, 'sessions.db'),
  teamDb: join(folder, 'btmsg.db'),
  blobsDir: join(folder, 'blobs'),
});

async function measure(paths: Paths): Promise<Row[]> {
  const isNew = !existsSync(paths.searchDb);
  using program = new SearchProgram(paths);
  const began = performance.now();
  let status = SearchStatus.parse(await program.ask({ do: 'status' }));
  while (status.index !== 'current') {
    await Bun.sleep(LOOK_MS);
    status = SearchStatus.parse(await program.ask({ do: 'status' }));
  }
  const indexed = (performance.now() - began) / 1000;
  const busy = cpuSeconds(program.pid);
  const dice = new Dice(2);
  const all: number[] = [];
  const rows: Row[] = [];
  for (const [name, make] of Object.entries(KINDS)) {
    const took: number[] = [];
    for (let i = 0; i < EACH; i++) {
      const query = SearchQuery.parse(make(dice));
      const from = performance.now();
      await program.ask({ do: 'query', query, groupMembers: [], groups: [] });
      took.push(performance.now() - from);
    }
    all.push(...took);
    rows.push({ name: `… ${name}, p50`, value: percentile(took, 0.5), unit: 'ms' });
    rows.push(atMost(`… ${name}, p95`, percentile(took, 0.95), BAR_MS, 'ms'));
  }
  const asked = cpuSeconds(program.pid) - busy;
  const making: Row[] = [
    { name: '… making the index anew', value: indexed, unit: 's' },
    { name: '… its processor time per message', value: (busy / status.documents) * 1e6, unit: 'µs' },
  ];
  return [
    atMost(`search over ${status.documents.toLocaleString('en')} messages, p95`, percentile(all, 0.95), BAR_MS, 'ms'),
    { name: '… p50', value: percentile(all, 0.5), unit: 'ms' },
    ...rows,
    { name: '… processor time per question', value: (asked / all.length) * 1000, unit: 'ms' },
    ...(isNew ? making : []),
    { name: '… the index', value: status.bytes / 1e6, unit: 'MB' },
    { name: '… the log that it is made of', value: Bun.file(paths.sessionsDb).size / 1e6, unit: 'MB' },
    { name: '… own memory of the search program', value: ownMb(program.pid), unit: 'MB' },
  ];
}

/** The built search program over a world's logs; one question at a time. */
class SearchProgram implements Disposable {
  readonly #child;
  readonly #lines;
  #id = 0;

  constructor({ searchDb, sessionsDb, teamDb, blobsDir }: Paths) {
    this.#child = Bun.spawn(programCommand('search', built()), { stdin: 'pipe', stdout: 'pipe', stderr: 'inherit' });
    this.#lines = linesOf(this.#child.stdout);
    this.#write({ do: 'open', searchDb, sessionsDb, teamDb, blobsDir });
  }

  get pid(): number {
    return this.#child.pid;
  }

  async ask(question: object): Promise<unknown> {
    const id = ++this.#id;
    this.#write({ ...question, id });
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error('the search program ended');
      const answer = JSON.parse(value) as { id?: number; is: string; value?: unknown; message?: string };
      if (answer.is === 'failure') throw new Error(answer.message);
      if (answer.id === id) return answer.value;
    }
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }

  #write(message: object): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
    void this.#child.stdin.flush();
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const splitter = new LineSplitter();
  for await (const chunk of stream) for (const line of splitter.push(chunk)) yield String(line);
}
