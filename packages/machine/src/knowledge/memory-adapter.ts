import type { DatabaseStanding, MemoryNode, MemoryPage, MemoryTag } from '@agor/protocol';

export interface MemoryFilter {
  /** Any of them; none: all memories. */
  readonly tags: readonly string[];
  readonly limit: number;
  readonly offset: number;
}

/** One kind of store of memories. All of it reads only; what can't be read throws `Unreadable`. */
export interface MemoryAdapter {
  readonly name: string;
  readonly label: string;
  /** What the program behind it is, for who has none. */
  readonly about: string;
  available(): DatabaseStanding;
  /** The most used tags. */
  tags(): MemoryTag[];
  /** Newest first. */
  list(filter: MemoryFilter): MemoryPage;
  /** What fits best first. `text` is the person's own, no query language. */
  search(text: string, filter: MemoryFilter): MemoryPage;
  get(id: string): MemoryNode | null;
}
