import { MAX_MEMORIES, MAX_MEMORY_TAGS } from '@agor/protocol';
import { z } from 'zod';
import { memoryAdapters } from './adapters.ts';
import { createCtx, ctxContext, registerInCtx, searchCtx } from './ctx.ts';
import type { KnowledgePlaces } from './places.ts';
import { Unreadable } from './read-database.ts';

const Filter = z.object({
  tags: z.array(z.string()).max(MAX_MEMORY_TAGS),
  limit: z.number().int().min(1).max(MAX_MEMORIES),
  offset: z.number().int().nonnegative(),
});
const Project = z.object({ name: z.string(), folder: z.string().startsWith('/'), description: z.string() });

/** What the program `knowledge` can be asked. */
export const KnowledgeOrder = z.discriminatedUnion('op', [
  z.object({ op: z.literal('memory.stores') }),
  Filter.extend({ op: z.literal('memory.search'), store: z.string(), query: z.string() }),
  z.object({ op: z.literal('memory.get'), store: z.string(), id: z.string() }),
  z.object({ op: z.literal('ctx.get'), project: Project }),
  z.object({ op: z.literal('ctx.search'), query: z.string() }),
  z.object({ op: z.literal('ctx.create') }),
  z.object({ op: z.literal('ctx.register'), project: Project }),
]);
export type KnowledgeOrder = z.infer<typeof KnowledgeOrder>;

/** Throws `Unreadable` and `DatabaseError`. */
export function carryOut(order: KnowledgeOrder, places: KnowledgePlaces): unknown {
  const adapters = memoryAdapters(places);
  const adapter = (name: string) => {
    const found = adapters.find((one) => one.name === name);
    if (!found) throw new Unreadable(`There is no adapter for memories of "${name}".`);
    return found;
  };
  switch (order.op) {
    case 'memory.stores':
      return adapters.map((one) => {
        const { name, label, about } = one;
        const standing = one.available();
        return { name, label, about, standing, tags: standing.state === 'ready' ? one.tags() : [] };
      });
    case 'memory.search': {
      const { store, query, ...filter } = order;
      return query.trim() === '' ? adapter(store).list(filter) : adapter(store).search(query, filter);
    }
    case 'memory.get':
      return adapter(order.store).get(order.id);
    case 'ctx.get':
      return ctxContext(places.ctx, order.project);
    case 'ctx.search':
      return searchCtx(places.ctx, order.query);
    case 'ctx.create':
      createCtx(places.ctx);
      return null;
    case 'ctx.register':
      registerInCtx(places.ctx, order.project);
      return null;
  }
}
