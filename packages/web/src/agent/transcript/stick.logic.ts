/** How far from the end still counts as at the end, px. */
const NEAR = 24;
/** How far a person must have scrolled up before the end is let go, px (spec §10.7). */
const AWAY = 50;

/** Whether the view stays at the end while rows arrive: until the person scrolls away, and again when they come back. */
export class StickToEnd {
  stuck = true;
  #top = 0;

  /** The view scrolled, by the person or by itself. Returns whether it is stuck now. */
  scrolled(top: number, distanceToEnd: number): boolean {
    const up = top < this.#top - 1;
    this.#top = top;
    if (distanceToEnd <= NEAR) this.stuck = true;
    // Rows that grow move the end away; only a person moves the view up.
    else if (up && distanceToEnd > AWAY) this.stuck = false;
    return this.stuck;
  }
}
