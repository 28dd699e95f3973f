import type { ItemKind } from './item.ts';

/** A sign at the beginning that narrows the palette to some kinds. */
export const narrowings = [
  { sign: '>', label: 'commands', kinds: ['command'] },
  { sign: '@', label: 'agents and sessions', kinds: ['project', 'session'] },
  { sign: '/', label: 'files', kinds: ['file'] },
  { sign: '#', label: 'tasks', kinds: ['task'] },
] as const satisfies readonly { sign: string; label: string; kinds: readonly ItemKind[] }[];
export type Narrowing = (typeof narrowings)[number];

export interface Query {
  readonly words: string;
  /** Null: everything. */
  readonly narrowing: Narrowing | null;
}

export function queryOf(text: string): Query {
  const begun = text.trimStart();
  const narrowing = narrowings.find(({ sign }) => begun.startsWith(sign)) ?? null;
  return { words: (narrowing ? begun.slice(1) : begun).trim(), narrowing };
}
