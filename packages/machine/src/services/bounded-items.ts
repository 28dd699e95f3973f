import type { OutsideItem } from '@agor/providers';

/** Most characters of JSON of one transcript that go over the link at once. */
export const MAX_TRANSCRIPT_CHARS = 16 * 1024 * 1024;

/** The newest items that fit, and how many older ones were left out. */
export function boundedItems(
  items: readonly OutsideItem[],
  maxChars = MAX_TRANSCRIPT_CHARS,
): { items: OutsideItem[]; leftOut: number } {
  let chars = 0;
  let from = items.length;
  while (from > 0) {
    chars += JSON.stringify(items[from - 1]).length + 1;
    if (chars > maxChars) break;
    from--;
  }
  return { items: items.slice(from), leftOut: from };
}
