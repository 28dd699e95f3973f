import type { Row, RowKind, RowOf, ToolRow } from './rows.ts';

/** Where a row stands. Rows are only ever added at the end of a list, so a place stays right. */
export interface Place {
  readonly list: Row[];
  readonly index: number;
  /** The tool call in whose children it stands. */
  readonly owner: Place | null;
}

/** The rows of a transcript and how they change: added at an end, or replaced where they are. */
export class RowList {
  readonly rows: Row[] = [];
  readonly #keys = new Set<string>();

  /** Adds a row; a key that is taken is made unique by `fallback`. */
  add(row: Row, fallback: string, owner: Place | null): Place {
    const list = owner ? childrenOf(owner) : this.rows;
    const key = this.#keys.has(row.key) ? fallback : row.key;
    this.#keys.add(key);
    list.push(key === row.key ? row : { ...row, key });
    if (owner) this.#touch(owner, row.kind === 'tool' ? 1 : 0);
    return { list, index: list.length - 1, owner };
  }

  get<Kind extends RowKind>(place: Place, kind: Kind): RowOf<Kind> {
    const row = place.list[place.index];
    if (row?.kind !== kind) throw new Error(`no ${kind} row at ${place.index}`);
    return row as RowOf<Kind>;
  }

  patch<Kind extends RowKind>(place: Place, kind: Kind, change: Partial<RowOf<Kind>>): void {
    place.list[place.index] = { ...this.get(place, kind), ...change } as Row;
    if (place.owner) this.#touch(place.owner, 0);
  }

  /** The last row of a list, when it is of this kind. */
  last<Kind extends RowKind>(kind: Kind, owner: Place | null): Place | null {
    const list = owner ? childrenOf(owner) : this.rows;
    return list.at(-1)?.kind === kind ? { list, index: list.length - 1, owner } : null;
  }

  #touch(place: Place, tools: number): void {
    const row = this.get(place, 'tool');
    place.list[place.index] = { ...row, version: row.version + 1, toolCount: row.toolCount + tools };
    if (place.owner) this.#touch(place.owner, tools);
  }
}

function childrenOf(owner: Place): Row[] {
  return (owner.list[owner.index] as ToolRow).children as Row[];
}
