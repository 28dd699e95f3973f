import { z } from 'zod';
import { SearchAnswer, SearchQuery, SearchStatus } from '../search.ts';
import { base, done } from './base.ts';

export const search = {
  query: base.input(SearchQuery).output(SearchAnswer),
  /** Also wakes the index, so that the query which follows is answered at once. */
  status: base.input(z.object({})).output(SearchStatus),
  /** Makes the index anew; returns once that has begun. What is searchable stays so meanwhile; `status` tells how far it is. */
  rebuild: base.input(z.object({})).output(done),
};
