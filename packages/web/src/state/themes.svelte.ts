import type { UserThemes, WatchFrame } from '@agor/protocol';
import { allThemes, chosenThemes, FOLLOW_SYSTEM } from '../themes/choice.ts';
import type { Theme } from '../themes/theme.ts';
import type { SettingsStore } from './settings.svelte.ts';
import type { WatchReader } from './watch.svelte.ts';

const DARK = '(prefers-color-scheme: dark)';

/** The themes there are, and which one is shown: what the settings say for the system's light or dark, or a preview. */
export class ThemesStore implements WatchReader, Disposable {
  files = $state.raw<UserThemes>({ folder: '', themes: [], problems: [] });
  /** Shown instead of the chosen one, for as long as somebody only looks at it. */
  preview = $state.raw<Theme | null>(null);
  #systemIsDark = $state(true);
  readonly #ending = new AbortController();

  readonly all = $derived.by(() => allThemes(this.files.themes));
  readonly chosen = $derived.by(() =>
    chosenThemes(
      {
        theme: this.settings.get('theme'),
        theme_light: this.settings.get('theme_light'),
        theme_dark: this.settings.get('theme_dark'),
      },
      this.all,
    ),
  );
  readonly followsSystem = $derived.by(() => this.settings.get('theme') === FOLLOW_SYSTEM);
  /** The theme of the settings, for the system as it is now. */
  readonly current = $derived.by(() => (this.#systemIsDark ? this.chosen.dark : this.chosen.light));
  readonly shown = $derived.by(() => this.preview ?? this.current);

  constructor(private readonly settings: SettingsStore) {
    const dark = matchMedia(DARK);
    this.#systemIsDark = dark.matches;
    const changed = (event: MediaQueryListEvent) => (this.#systemIsDark = event.matches);
    dark.addEventListener('change', changed, { signal: this.#ending.signal });
  }

  read(frame: WatchFrame): void {
    if (frame.kind === 'snapshot' || frame.kind === 'themes') this.files = frame.themes;
  }

  [Symbol.dispose](): void {
    this.#ending.abort();
  }
}
