import { contract, type SearchAnswer, type SearchQuery, type SearchStatus } from '@agor/protocol';
import { implement } from '@orpc/server';
import type { FakeHub } from './fake-hub.ts';

const nothing: SearchAnswer = { hits: [], total: 0, more: false, index: 'current' };
const status: SearchStatus = { index: 'current', documents: 0, sessions: 0, sessionsDone: 0, bytes: 0 };

/** The search as a test decides it: `hub.search` answers. */
export function fakeSearch(hub: FakeHub, seen: (name: string, input: unknown) => void) {
  const os = implement(contract).search;
  return os.router({
    query: os.query.handler(({ input }) => {
      seen('search.query', input);
      return hub.search(input);
    }),
    status: os.status.handler(() => status),
    rebuild: os.rebuild.handler(() => ({ ok: true as const })),
  });
}

export const findsNothing = (_query: SearchQuery): SearchAnswer => nothing;
