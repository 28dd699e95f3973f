import { normalKeys } from './keys.ts';

/** Keys that browsers keep to themselves: the page never hears of them. */
const BROWSER = ['Mod+T', 'Mod+W', 'Mod+N', 'Mod+Shift+T', 'Mod+Shift+W', 'Mod+Shift+N', 'Mod+Tab', 'Mod+Shift+Tab'];
const OTHERS = [...BROWSER, 'Mod+PageUp', 'Mod+PageDown', 'Alt+F4', 'Mod+F4', 'Mod+Shift+Q', 'F11', 'Alt+Tab'];
const MAC = [
  ...BROWSER,
  'Mod+Q',
  'Mod+H',
  'Mod+M',
  'Mod+`',
  'Mod+Space',
  'Mod+Alt+Escape',
  'Ctrl+Tab',
  'Ctrl+Shift+Tab',
];
/** They move the focus, choose and close, everywhere. */
const NAVIGATION = /^(Shift\+)?(Tab|Enter|Escape|Space|Arrow\w+|Backspace|Delete|Home|End|PageUp|PageDown)$/;

/** Why keys would not work, or would take something away, as a sentence; null when nothing speaks against them. */
export function concernOf(keys: string, mac: boolean): string | null {
  const normal = normalKeys(keys, mac);
  if (normal === null) return 'These keys can’t be told apart.';
  if (NAVIGATION.test(normal)) return 'This key moves through the page; alone it can’t be a shortcut.';
  if ((mac ? MAC : OTHERS).includes(normal))
    return 'Most browsers and desktops keep these keys to themselves: agor may never hear of them.';
  return null;
}

/** Keys that can be no shortcut at all. */
export function isRefused(keys: string, mac: boolean): boolean {
  const normal = normalKeys(keys, mac);
  return normal === null || NAVIGATION.test(normal);
}
