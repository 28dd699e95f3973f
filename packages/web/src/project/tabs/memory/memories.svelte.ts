import { MAX_MEMORIES, type MemoryNode, type MemoryPage, type MemoryStore } from '@agor/protocol';
import type { HubClient } from '../../../state/client.ts';
import { explain } from '../../../state/commands.svelte.ts';
import { Live } from '../../../state/live.svelte.ts';

const LIMIT_MS = 20_000;
/** After the last key, before it is looked for. */
const PAUSE_MS = 150;

/** The memories that a Memory tab shows, and what they are looked for by. */
export class Memories implements Disposable {
  readonly stores: Live<MemoryStore[]>;
  query = $state('');
  tags = $state.raw<readonly string[]>([]);
  page = $state.raw<MemoryPage | null>(null);
  problem = $state('');
  loading = $state(false);
  openId = $state<string | null>(null);
  whole = $state.raw<MemoryNode | null>(null);
  readonly isFiltered = $derived(this.query.trim() !== '' || this.tags.length > 0);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  #begun = false;

  constructor(private readonly client: HubClient) {
    this.stores = new Live((signal) => client.memory.stores({}, { signal }));
  }

  /** The first that can be read, else the first. */
  get store(): MemoryStore | null {
    const all = this.stores.value ?? [];
    return all.find(({ standing }) => standing.state === 'ready') ?? all[0] ?? null;
  }

  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    void this.#load(0);
  }

  look(change: { readonly query?: string; readonly tags?: readonly string[] }): void {
    this.query = change.query ?? this.query;
    this.tags = change.tags ?? this.tags;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#load(0), PAUSE_MS);
  }

  toggle(tag: string): void {
    this.look({ tags: this.tags.includes(tag) ? this.tags.filter((one) => one !== tag) : [...this.tags, tag] });
  }

  more(): void {
    void this.#load(this.page?.nodes.length ?? 0);
  }

  /** Opens a memory, or closes the open one. */
  open(node: MemoryNode): void {
    this.openId = this.openId === node.id ? null : node.id;
    this.whole = null;
    if (this.openId !== null && node.isCut) void this.#read(node.id);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#asked = -1;
  }

  async #load(offset: number): Promise<void> {
    const { store } = this;
    if (!store || this.#asked < 0) return;
    const asked = ++this.#asked;
    this.loading = true;
    try {
      const input = { store: store.name, query: this.query, tags: [...this.tags], limit: MAX_MEMORIES, offset };
      const page = await this.client.memory.search(input, { signal: AbortSignal.timeout(LIMIT_MS) });
      if (asked !== this.#asked) return;
      const before = offset > 0 ? (this.page?.nodes ?? []) : [];
      const known = new Set(before.map(({ id }) => id));
      this.page = { ...page, nodes: [...before, ...page.nodes.filter(({ id }) => !known.has(id))] };
      this.problem = '';
    } catch (error) {
      if (asked === this.#asked) this.problem = explain(error);
    } finally {
      if (asked === this.#asked) this.loading = false;
    }
  }

  async #read(id: string): Promise<void> {
    try {
      const store = this.store?.name ?? '';
      const whole = await this.client.memory.get({ store, id }, { signal: AbortSignal.timeout(LIMIT_MS) });
      if (this.openId === id) this.whole = whole;
    } catch (error) {
      this.problem = explain(error);
    }
  }
}
