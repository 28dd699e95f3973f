import type { ITheme } from '@xterm/xterm';
import { onLookChange } from '../themes/look-changes.ts';
import { palette } from './palette.ts';

/** How terminals look: everything from the page's tokens. */
export interface Look {
  theme: ITheme;
  fontFamily: string;
  fontSize: number;
}

export function currentLook(root: HTMLElement = document.documentElement): Look {
  const style = getComputedStyle(root);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    theme: palette(token, style.colorScheme !== 'light'),
    fontFamily: token('term-font-family') || 'monospace',
    fontSize: Number.parseFloat(token('term-font-size')) || 13,
  };
}

/** Tells when theme or font settings changed on the page, and only when it makes a difference. The caller ends it. */
export function watchLook(changed: (look: Look) => void): Disposable {
  let last = JSON.stringify(currentLook());
  return onLookChange(() => {
    const look = currentLook();
    const now = JSON.stringify(look);
    if (now === last) return;
    last = now;
    changed(look);
  });
}

const FONT_LIMIT_MS = 1500;

/** Waits until the font can be measured: a terminal that opens before has cells of another font's width. */
export async function fontReady({ fontFamily, fontSize }: Look): Promise<void> {
  const limit = new Promise<void>((resolve) => setTimeout(resolve, FONT_LIMIT_MS));
  const loads = ['', 'bold '].map((weight) => document.fonts.load(`${weight}${fontSize}px ${fontFamily}`));
  // A font that can't be loaded is replaced by the next in the list, as everywhere on the page.
  await Promise.race([Promise.allSettled(loads), limit]);
}
