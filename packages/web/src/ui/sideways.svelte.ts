/** What a fading end of a row covers, in px; `.sideways` in app.css has the same. */
const FADE_PX = 20;

/**
 * A row that scrolls sideways and has no scrollbar: which of its ends hide something. Its element has the class `sideways` and the attributes
 * `data-before` and `data-after`, by which these ends fade.
 */
export class Sideways {
  before = $state(false);
  after = $state(false);

  /** Follows a row until it is called off. `onresize`: the room that there is, or what takes it, has changed. */
  watch(row: HTMLElement, onresize?: () => void): () => void {
    let frame = 0;
    const look = () => {
      const { scrollLeft, clientWidth, scrollWidth } = row;
      // Widths are rounded, positions are not.
      this.before = scrollLeft > 1;
      this.after = scrollLeft + clientWidth < scrollWidth - 1;
    };
    const sizes = new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      // What comes or goes by this changes the room: not while it is being measured.
      frame = requestAnimationFrame(() => {
        onresize?.();
        look();
      });
    });
    /** A wheel that turns only one way is enough. */
    const wheel = (event: WheelEvent) => {
      if (event.deltaX === 0 && !event.shiftKey) row.scrollLeft += event.deltaY;
    };
    for (const each of [row, ...row.children]) sizes.observe(each);
    row.addEventListener('scroll', look, { passive: true });
    row.addEventListener('wheel', wheel, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      sizes.disconnect();
      row.removeEventListener('scroll', look);
      row.removeEventListener('wheel', wheel);
    };
  }
}

/** Brings something of a row before the eyes, clear of the fading ends, and moves nothing else of the page. */
export function bringIntoRow(row: HTMLElement, one: HTMLElement): void {
  const sight = row.getBoundingClientRect();
  const { left, right } = one.getBoundingClientRect();
  if (left < sight.left + FADE_PX) row.scrollLeft -= sight.left + FADE_PX - left;
  else if (right > sight.right - FADE_PX) row.scrollLeft += right - sight.right + FADE_PX;
}
