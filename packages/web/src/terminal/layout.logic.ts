/** How a box shows its terminals: which of its tabs stand side by side (or one above the other), and in which order the tabs are. */
export interface Layout {
  /** Tabs that are shown, in their places; the rest are behind them. */
  readonly slots: readonly string[];
  readonly direction: 'row' | 'column';
  /** Of the room, one a slot; together 1. */
  readonly shares: readonly number[];
  /** The slot that the keyboard is in. */
  readonly focused: number;
  /** The person's order of the tabs; those that are not named follow. */
  readonly order: readonly string[];
  /** Sessions whose preview has a tab. */
  readonly previews: readonly string[];
}

export const MAX_SLOTS = 4;
/** The least share of the room that a slot keeps. */
const MIN_SHARE = 0.1;
export const EMPTY: Layout = { slots: [], direction: 'row', shares: [], focused: 0, order: [], previews: [] };

/** The layout for the tabs that there are: what is gone leaves its room to the others; without any shown, the last tab is. */
export function fitted(layout: Layout, tabs: readonly string[]): Layout {
  const kept = layout.slots
    .map((id, at) => ({ id, share: layout.shares[at] ?? 0, at }))
    .filter(({ id }) => tabs.includes(id));
  const last = tabs.at(-1);
  if (kept.length === 0) return { ...layout, slots: last === undefined ? [] : [last], shares: [1], focused: 0 };
  const focused = Math.max(
    0,
    kept.findLastIndex(({ at }) => at <= layout.focused),
  );
  return { ...layout, slots: kept.map(({ id }) => id), shares: whole(kept.map(({ share }) => share)), focused };
}

/** Brings a tab before the person: where it is shown already, else in the slot that the keyboard is in. */
export function withShown(layout: Layout, id: string): Layout {
  const at = layout.slots.indexOf(id);
  if (at >= 0) return { ...layout, focused: at };
  if (layout.slots.length === 0) return { ...layout, slots: [id], shares: [1], focused: 0 };
  return { ...layout, slots: layout.slots.with(layout.focused, id) };
}

/** Gives a tab a slot of its own beside the one that the keyboard is in. With as many slots as there may be, it takes that one's place. */
export function withSplit(layout: Layout, id: string, direction: Layout['direction']): Layout {
  const turned = { ...layout, direction };
  if (layout.slots.length >= MAX_SLOTS || layout.slots.includes(id)) return withShown(turned, id);
  const at = layout.slots.length === 0 ? 0 : layout.focused + 1;
  const half = (layout.shares[layout.focused] ?? 1) / 2;
  const halved = layout.shares.length === 0 ? [] : layout.shares.with(layout.focused, half);
  return {
    ...turned,
    slots: layout.slots.toSpliced(at, 0, id),
    shares: whole(halved.toSpliced(at, 0, half)),
    focused: at,
  };
}

/** Takes a slot away; its tab stays, behind the others. */
export function withoutSlot(layout: Layout, at: number): Layout {
  if (layout.slots.length < 2) return layout;
  const focused = Math.min(at < layout.focused ? layout.focused - 1 : layout.focused, layout.slots.length - 2);
  return { ...layout, slots: layout.slots.toSpliced(at, 1), shares: whole(layout.shares.toSpliced(at, 1)), focused };
}

/** Sets the share of a slot; the one after it gives or takes. */
export function withShare(layout: Layout, at: number, share: number): Layout {
  const both = (layout.shares[at] ?? 0) + (layout.shares[at + 1] ?? 0);
  const set = Math.min(both - MIN_SHARE, Math.max(MIN_SHARE, share));
  return { ...layout, shares: layout.shares.with(at, set).with(at + 1, both - set) };
}

/** Where a slot begins, as a share of the room. */
export function startOf({ shares }: Layout, at: number): number {
  return shares.slice(0, at).reduce((sum, share) => sum + share, 0);
}

/** Tabs in the person's order. */
export function inOrder<T extends { id: string }>(tabs: readonly T[], order: readonly string[]): T[] {
  const place = (id: string) => (order.includes(id) ? order.indexOf(id) : order.length);
  return tabs.toSorted((a, b) => place(a.id) - place(b.id));
}

/** The order in which a tab stands at that place. */
export function moved(tabs: readonly string[], id: string, to: number): string[] {
  const others = tabs.filter((one) => one !== id);
  return others.toSpliced(Math.min(others.length, Math.max(0, to)), 0, id);
}

function whole(shares: readonly number[]): number[] {
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.map((share) => (sum > 0 ? share / sum : 1 / shares.length));
}
