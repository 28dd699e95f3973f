/** In px from the window's upper left corner. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}
/** Distances from the window's lower right corner, in px. */
export interface Corner {
  readonly right: number;
  readonly bottom: number;
}
interface Size {
  readonly width: number;
  readonly height: number;
}
/** Kept free around what must not be covered, and to the window's edge. */
const GAP = 8;

/**
 * Where something of this size covers none of the areas: at home if it can, else higher, else further left. In a window that has no such
 * place, at its upper edge: what is to be pressed stands at the lower end of a card.
 */
export function clearPlace(size: Size, window: Size, home: Corner, areas: readonly Area[]): Corner {
  const rights = [home.right, ...areas.map(({ left }) => window.width - left + GAP).sort((a, b) => a - b)];
  const bottoms = [home.bottom, ...areas.map(({ top }) => window.height - top + GAP).sort((a, b) => a - b)];
  for (const right of rights)
    for (const bottom of bottoms) {
      const place = areaAt(size, window, { right, bottom });
      const fits = place.left >= GAP && place.top >= GAP && right >= home.right && bottom >= home.bottom;
      if (fits && !areas.some((area) => overlaps(place, area))) return { right, bottom };
    }
  const atHome = areaAt(size, window, home);
  if (!areas.some((area) => overlaps(atHome, area))) return home;
  return { right: home.right, bottom: Math.max(home.bottom, window.height - size.height - GAP) };
}

function areaAt({ width, height }: Size, window: Size, { right, bottom }: Corner): Area {
  const [x, y] = [window.width - right, window.height - bottom];
  return { left: x - width, top: y - height, right: x, bottom: y };
}

function overlaps(a: Area, b: Area): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
