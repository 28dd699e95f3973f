/** Width in px that a box should have at least before another one is shown beside it (spec §10.2). */
const SLOT_PX = 520;

/** How many boxes are seen at once; the others are reached by scrolling sideways. */
export function visibleSlots(boxes: number, width: number): number {
  return Math.min(boxes, Math.max(1, Math.floor(width / SLOT_PX)));
}
