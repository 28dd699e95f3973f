import type { ProjectId, ProviderId, ProviderStatus, SlashCommand } from '@agor/protocol';
import type { HubClient } from '../../state/client.ts';
import type { Draft } from './draft.svelte.ts';
import { FileSearch } from './file-search.svelte.ts';
import { slashItems } from './skills.logic.ts';
import { SkillList } from './skills.svelte.ts';
import { complete, matchCommands, type Suggestion, triggerAt } from './suggest.logic.ts';

/** What the menu needs to know of its composer; read again at each look. */
export interface SuggestPlace {
  readonly draft: Draft;
  readonly projectId: ProjectId | null;
  /** What `files` operations take for the files that its agent works with. */
  readonly filesOf: ProjectId | null;
  readonly provider: ProviderStatus | undefined;
  readonly commands: readonly SlashCommand[];
}

/** The list over the text field: commands and skills after a slash, files after an `@`. */
export class SuggestMenu implements Disposable {
  readonly skills: SkillList;
  readonly #search: FileSearch;
  caret = $state(0);
  active = $state(0);
  #dismissed = $state('');

  readonly trigger = $derived.by(() => {
    const { draft, filesOf } = this.place();
    const found = triggerAt(draft.text, this.caret);
    if (!found || this.#dismissed === draft.text.slice(0, found.from + 1)) return null;
    if (found.kind === 'command') return this.offered.length > 0 ? found : null;
    return filesOf ? found : null;
  });
  readonly items = $derived.by((): Suggestion[] => {
    if (!this.trigger) return [];
    if (this.trigger.kind === 'command') return matchCommands(this.offered, this.trigger.query);
    return this.#search.found.map((path) => ({ value: path, detail: '' }));
  });

  constructor(
    client: HubClient,
    private readonly place: () => SuggestPlace,
  ) {
    this.skills = new SkillList(client);
    this.#search = new FileSearch(client);
  }

  /** Whose skills can be called here; null where the agent has none. */
  get skillsOf(): ProviderId | null {
    const { provider } = this.place();
    return provider?.capabilities.skills ? provider.id : null;
  }

  get offered(): SlashCommand[] {
    const { provider, commands } = this.place();
    const able = provider?.capabilities;
    return slashItems(commands, able?.skills ? this.skills.all : [], able?.compact ?? false);
  }

  get open(): boolean {
    return this.trigger !== null && (this.items.length > 0 || this.trigger.kind === 'file');
  }

  /** Said when nothing fits. */
  get nothing(): string {
    return this.#search.failed ? 'The files could not be searched' : this.#search.busy ? 'Looking…' : 'No file fits';
  }

  /** Follows what is written: files and skills are looked for as the person types. */
  look(): void {
    const { draft, projectId, filesOf, provider } = this.place();
    if (provider?.capabilities.skills && draft.text.startsWith('/')) void this.skills.load(provider.id, projectId);
    else this.skills.forget();
    if (this.trigger?.kind === 'file' && filesOf) this.#search.look(filesOf, this.trigger.query);
    else this.#search.end();
  }

  typed(caret: number): void {
    this.caret = caret;
    this.#dismissed = '';
  }

  /** A key for the open menu. Returns whether it was one. `pick` gets what was chosen. */
  key(event: KeyboardEvent, pick: (item: Suggestion) => void): boolean {
    const { items, trigger } = this;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const item = items[this.active];
    if (step !== undefined && items.length > 0) this.active = (this.active + step + items.length) % items.length;
    else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && item) pick(item);
    else if (event.key === 'Escape' && trigger) this.#dismissed = this.place().draft.text.slice(0, trigger.from + 1);
    else return false;
    return true;
  }

  /** The text with a suggestion in its place, and where the caret is then; null when none is asked for. */
  complete({ value }: Suggestion): { text: string; caret: number } | null {
    return this.trigger && complete(this.place().draft.text, this.trigger, value);
  }

  [Symbol.dispose](): void {
    this.#search[Symbol.dispose]();
  }
}
