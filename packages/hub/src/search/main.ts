import { setPriority } from 'node:os';
import { LineSplitter } from '@agor/runtime';
import { Indexing } from './indexing.ts';
import { openSources } from './sources.ts';
import { type FromSearch, ToSearch } from './wire.ts';

const NICENESS = 5;

/**
 * The search program: feeds the index from the logs and answers queries, in a process of its own, so that neither takes time of the hub's.
 * Lives as long as its stdin. What it cannot do it says on stderr, and ends; the hub starts it again when it is needed.
 */
async function main(): Promise<void> {
  // What agents and hub do comes first.
  setPriority(NICENESS);
  const lines = new LineSplitter();
  let indexing: Indexing | null = null;
  for await (const chunk of Bun.stdin.stream()) {
    for (const line of lines.push(chunk)) {
      if (typeof line !== 'string') throw new Error('a line from the hub is too long');
      const message = ToSearch.parse(JSON.parse(line));
      if (message.do === 'open') {
        indexing?.[Symbol.dispose]();
        indexing = new Indexing(message.searchDb, openSources(message), () => say({ is: 'rested' }));
        void work(indexing);
        void settled(indexing.warm());
      } else if (indexing) take(indexing, message);
    }
  }
  indexing?.[Symbol.dispose]();
  process.exit(0);
}

function take(indexing: Indexing, message: Exclude<ToSearch, { do: 'open' }>): void {
  if (message.do === 'changed') {
    indexing.changed(message);
    return;
  }
  const { id } = message;
  try {
    say({ is: 'answer', id, value: answer(indexing, message) });
  } catch (error) {
    say({ is: 'failure', id, message: String(error) });
  }
}

function answer(indexing: Indexing, message: Extract<ToSearch, { id: number }>): unknown {
  switch (message.do) {
    case 'query':
      return indexing.query(ToSearchQuery.parse(message).query, message);
    case 'status':
      return indexing.status();
    case 'rebuild':
      indexing.rebuild();
      return { ok: true };
  }
}
const ToSearchQuery = ToSearch.options[2];

function work(indexing: Indexing): Promise<void> {
  return settled(indexing.work());
}

/** Whatever goes wrong beside the questions ends the program: the hub starts it anew. */
function settled(work: Promise<void>): Promise<void> {
  return work.catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
}

function say(message: FromSearch): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
