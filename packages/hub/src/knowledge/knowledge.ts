import {
  CtxContext,
  CtxFound,
  MemoryNode,
  MemoryPage,
  type MemoryQuery,
  MemoryStore,
  type ProjectId,
} from '@agor/protocol';
import { z } from 'zod';
import type { Machine } from '../core/index.ts';

export interface KnowledgeOptions {
  readonly machine: Pick<Machine, 'request'>;
  /** Throws `Failure` NOT_FOUND when there is no such project. */
  readonly project: (id: ProjectId) => { readonly name: string; readonly cwd: string; readonly description: string };
}

/** What other programs remember on the machine: their databases are read there, and written only by `createCtx` and `registerInCtx`. */
export class Knowledge {
  constructor(private readonly options: KnowledgeOptions) {}

  async memoryStores(): Promise<MemoryStore[]> {
    return z.array(MemoryStore).parse(await this.#ask({ op: 'memory.stores' }));
  }

  async memories(query: MemoryQuery): Promise<MemoryPage> {
    return MemoryPage.parse(await this.#ask({ op: 'memory.search', ...query }));
  }

  async memory(store: string, id: string): Promise<MemoryNode | null> {
    return MemoryNode.nullable().parse(await this.#ask({ op: 'memory.get', store, id }));
  }

  async ctx(id: ProjectId): Promise<CtxContext> {
    return CtxContext.parse(await this.#ask({ op: 'ctx.get', project: this.#project(id) }));
  }

  async searchCtx(query: string): Promise<CtxFound[]> {
    return z.array(CtxFound).parse(await this.#ask({ op: 'ctx.search', query }));
  }

  async createCtx(): Promise<void> {
    await this.#ask({ op: 'ctx.create' });
  }

  async registerInCtx(id: ProjectId): Promise<void> {
    await this.#ask({ op: 'ctx.register', project: this.#project(id) });
  }

  #project(id: ProjectId): { readonly name: string; readonly folder: string; readonly description: string } {
    const { name, cwd, description } = this.options.project(id);
    return { name, folder: cwd, description };
  }

  #ask(order: { readonly op: string; readonly [field: string]: unknown }): Promise<unknown> {
    return this.options.machine.request('knowledge.ask', order);
  }
}
