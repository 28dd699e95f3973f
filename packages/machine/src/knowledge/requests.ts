import type { Clock } from '@agor/runtime';
import type { EnvironmentSource } from '../environment/index.ts';
import type { Requests } from '../requests/index.ts';
import { askKnowledge } from './ask.ts';
import { KnowledgeOrder } from './orders.ts';
import { knowledgePlaces } from './places.ts';

/** Registers `knowledge.ask`: what other programs' databases remember. */
export function registerKnowledgeRequests(
  requests: Requests,
  { environment, clock }: { readonly environment: Pick<EnvironmentSource, 'current'>; readonly clock: Clock },
): void {
  requests.register('knowledge.ask', {
    params: KnowledgeOrder,
    handle: (order, { signal }) =>
      askKnowledge(order, { places: knowledgePlaces(environment.current.base), clock }, signal),
  });
}
