import { FileChangeEntry } from '../adapter/vendor-events.ts';

/** What the patches that are under way change: an ask for one names it only by its item. */
export class OpenPatches {
  readonly #changes = new Map<string, readonly FileChangeEntry[]>();

  of(itemId: string): readonly FileChangeEntry[] {
    return this.#changes.get(itemId) ?? [];
  }

  started(params: unknown): void {
    const patch = changesIn(params);
    if (patch) this.#changes.set(patch.id, patch.changes);
  }

  completed(params: unknown): void {
    const patch = changesIn(params);
    if (patch) this.#changes.delete(patch.id);
  }

  clear(): void {
    this.#changes.clear();
  }
}

function changesIn(params: unknown): { readonly id: string; readonly changes: FileChangeEntry[] } | null {
  const { item } = (params ?? {}) as { item?: { id?: unknown; type?: unknown; changes?: unknown } };
  if (item?.type !== 'fileChange' || typeof item.id !== 'string') return null;
  const changes = FileChangeEntry.array().safeParse(item.changes);
  return changes.success ? { id: item.id, changes: changes.data } : null;
}
