import { TEST_LIMIT_MS } from '@agor/protocol';
import { z } from 'zod';
import { RequestFailed, type Requests } from '../requests/index.ts';
import { testArtefacts } from './artefacts.ts';
import { runTests, type TestRunDeps } from './run-tests.ts';
import { suggestTests } from './suggest.ts';

/** Beyond the command's own limit, for ending what it started. In ms. */
const ENDING_MS = 30_000;
const Root = z.object({ root: z.string().startsWith('/') });

/** Runs at once; the hub has one of each project. */
const MAX_RUNS = 32;

/**
 * Registers `tests.run` → TestOutcome (its progress is what the command says), `tests.cancel`, `tests.suggest` and `tests.artefacts`. A run
 * is ended by `tests.cancel`, and then tells what it came to; one whose hub is gone is ended, too.
 */
export function registerTestRequests(requests: Requests, deps: TestRunDeps): void {
  const runs = new Map<string, AbortController>();
  requests.register('tests.run', {
    params: Root.extend({
      id: z.string().min(1),
      command: z.string().min(1).max(20_000),
      /** Only tests of agor are in a hurry. */
      limitMs: z.number().positive().max(TEST_LIMIT_MS).optional(),
    }),
    limitMs: TEST_LIMIT_MS + ENDING_MS,
    handle: async ({ id, ...order }, { signal, progress }) => {
      if (runs.size >= MAX_RUNS)
        throw new RequestFailed('busy', 'Too many test runs at once. Wait until one has ended.');
      const cancelled = new AbortController();
      runs.set(id, cancelled);
      try {
        return await runTests(deps, order, AbortSignal.any([signal, cancelled.signal]), progress);
      } finally {
        runs.delete(id);
      }
    },
  });
  requests.register('tests.cancel', {
    params: z.object({ id: z.string() }),
    handle: ({ id }) => runs.get(id)?.abort(),
  });
  requests.register('tests.suggest', { params: Root, handle: ({ root }) => suggestTests(root) });
  requests.register('tests.artefacts', { params: Root, handle: ({ root }) => testArtefacts(root) });
}
