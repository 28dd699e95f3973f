import type { App } from '../state/app.svelte.ts';
import type { AppCommand, CommandSource } from './command.ts';
import { countsWhileEditing, type Keymap, keymapOf } from './keymap.ts';
import { isMac, keyText } from './keys.ts';

/**
 * Everything that can be done in this window. What stands for as long as the window does is in `built-in.ts`; what comes and goes (plugins)
 * is registered and taken back.
 */
export class CommandList {
  readonly mac = isMac();
  #sources = $state.raw<readonly (readonly AppCommand[] | CommandSource)[]>([]);
  /** All of them, whether they can be done now or not. Of two with one id the first counts. */
  readonly all = $derived.by((): readonly AppCommand[] => {
    const byId = new Map<string, AppCommand>();
    for (const source of this.#sources) {
      for (const command of typeof source === 'function' ? source(this.app) : source) {
        if (!byId.has(command.id)) byId.set(command.id, command);
      }
    }
    return [...byId.values()];
  });
  /** Which keys are whose, by the defaults and what the person decided. */
  readonly keymap: Keymap = $derived.by(() => keymapOf(this.all, this.app.settings.get('shortcuts'), this.mac));
  readonly #byId = $derived(new Map(this.all.map((command) => [command.id, command])));

  constructor(readonly app: App) {}

  /**
   * Adds commands, or a function that names them by what there is now. Returns what takes them back. An id that is there already makes the
   * later command invisible: begin a plugin's ids with the plugin's.
   */
  register(source: readonly AppCommand[] | CommandSource): () => void {
    this.#sources = [...this.#sources, source];
    return () => {
      this.#sources = this.#sources.filter((one) => one !== source);
    };
  }

  get(id: string): AppCommand | undefined {
    return this.#byId.get(id);
  }

  /** Those that can be done now. */
  get possible(): readonly AppCommand[] {
    return this.all.filter((command) => this.can(command));
  }

  can(command: AppCommand): boolean {
    return command.when?.(this.app) ?? true;
  }

  /** Does it, when it can be done now; whether it could. */
  run(id: string): boolean {
    const command = this.get(id);
    if (!command || !this.can(command)) return false;
    void command.run(this.app);
    return true;
  }

  /** What these keys do here, or null: the first of their commands that can be done now. */
  pressed(keys: string, editing: boolean): AppCommand | null {
    const commands = this.keymap.byKeys.get(keys) ?? [];
    return commands.find((one) => this.can(one) && (!editing || countsWhileEditing(one, keys))) ?? null;
  }

  /** A command's keys, for a tooltip: "Ctrl+K"; undefined when it has none. */
  hint(id: string): string | undefined {
    const [keys] = this.keymap.keysOf(id);
    return keys && keyText(keys, this.mac);
  }

  /** A tooltip of a control that does what a command does: "Settings (Ctrl+,)". */
  tip(label: string, id: string): string {
    const hint = this.hint(id);
    return hint ? `${label} (${hint})` : label;
  }
}
