import { Memora } from './memora.ts';
import type { MemoryAdapter } from './memory-adapter.ts';
import type { KnowledgePlaces } from './places.ts';

/** The stores of memories that are known; another one is a line here. */
export function memoryAdapters(places: KnowledgePlaces): readonly MemoryAdapter[] {
  return [new Memora(places.memora)];
}
