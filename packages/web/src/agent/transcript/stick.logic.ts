/** How far from the end still counts as at the end, px. */
const NEAR = 24;
/** How far a person must have scrolled up before the end is let go, px (spec §10.7). */
const AWAY = 50;

/** What a scroll event finds, px. */
export interface ScrollPlace {
  readonly top: number;
  readonly height: number;
  readonly distanceToEnd: number;
  /** A wheel, a finger, a key or the scroll bar was used just now. */
  readonly byHand: boolean;
}

/** Whether the view stays at the end while rows arrive: until the person scrolls away, and again when they come back. */
export class StickToEnd {
  stuck = true;
  #top = 0;
  #height = 0;

  /** The view scrolled, by the person or by itself. Returns whether it is stuck now. */
  scrolled({ top, height, distanceToEnd, byHand }: ScrollPlace): boolean {
    const up = top < this.#top - 1;
    // Rows that are measured move the view as well, but then the height changes with it.
    const moved = byHand || height === this.#height;
    this.#top = top;
    this.#height = height;
    if (distanceToEnd <= NEAR) this.stuck = true;
    else if (up && moved && distanceToEnd > AWAY) this.stuck = false;
    return this.stuck;
  }
}
