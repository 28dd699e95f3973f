import { homedir } from 'node:os';
import { join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

export interface KnowledgePlaces {
  readonly memora: string;
  readonly ctx: string;
}

/**
 * Where other programs keep what they remember. `person` is the person's environment, `own` that of this program: with AGOR_TEST=1, folders
 * of tests are taken from it.
 */
export function knowledgePlaces(person: Env, own: Env = process.env): KnowledgePlaces {
  const home = person.HOME || own.HOME || homedir();
  const test = own.AGOR_TEST === '1';
  const memora = (test && own.AGOR_TEST_MEMORA_DIR) || join(home, '.local', 'share', 'memora');
  const ctx = (test && own.AGOR_TEST_CTX_DIR) || join(home, '.claude-context');
  return { memora: join(memora, 'memories.db'), ctx: join(ctx, 'context.db') };
}
