import { DatabaseError } from '@agor/runtime';
import { z } from 'zod';
import { carryOut, KnowledgeOrder } from './orders.ts';
import { Unreadable } from './read-database.ts';

const Input = z.object({ order: KnowledgeOrder, places: z.object({ memora: z.string(), ctx: z.string() }) });

/**
 * The program `knowledge`: carries out one order, read as JSON from stdin, and writes `{result}` or `{failure}` to stdout. A process of its own,
 * because a query that takes too long can only be ended with the process: SQLite is asked synchronously.
 */
if (import.meta.main) {
  void Bun.stdin.text().then((text) => {
    process.stdout.write(JSON.stringify(answer(text)));
  });
}

function answer(text: string): unknown {
  try {
    const { order, places } = Input.parse(JSON.parse(text));
    return { result: carryOut(order, places) };
  } catch (error) {
    if (error instanceof Unreadable || error instanceof DatabaseError) return { failure: error.message };
    // A folder that can't be made or a full disk, in the system's words.
    if ((error as NodeJS.ErrnoException).code !== undefined) return { failure: (error as Error).message };
    throw error;
  }
}
