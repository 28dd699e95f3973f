/** Between a button and what it opens, in px. */
const GAP = 6;
/** Kept free between what floats and the window's edge, in px. */
const MARGIN = 8;

/** Where what floats stands. Fixed: one whose button was scrolled away must not make the page wider; it stays at the window's edge. */
export const PLACE = { sideOffset: GAP, collisionPadding: MARGIN, strategy: 'fixed', sticky: 'always' } as const;

/** How everything looks that a button opens beside itself; it is never higher or broader than the window lets it be. */
export const PANEL =
  'z-50 max-h-[min(70dvh,var(--bits-floating-available-height))] max-w-[calc(100vw-1rem)] overflow-y-auto rounded-2 border bg-base shadow-lg outline-none';

/** A row that can be chosen from a menu. */
export const ITEM =
  'flex w-full cursor-default items-center gap-2 rounded-[6px] px-2 py-1 text-left outline-none data-highlighted:bg-surface0 data-disabled:opacity-50';
