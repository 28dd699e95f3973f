import type { AskId } from '@agor/protocol';
import { getContext, setContext } from 'svelte';

/** A card that can be answered by keys. */
export interface KeyedCard {
  /** Returns whether the key was one of its own. */
  key(event: KeyboardEvent): boolean;
  restart(): void;
  element(): HTMLElement | undefined;
}

/** The cards of one pane that are on screen, so that keys pressed in the pane reach the right one. */
export class AskKeys {
  readonly #cards = new Map<AskId, KeyedCard>();

  /** Returns what takes the card away again. */
  add(id: AskId, card: KeyedCard): () => void {
    this.#cards.set(id, card);
    return () => {
      if (this.#cards.get(id) === card) this.#cards.delete(id);
    };
  }

  get(id: AskId | undefined): KeyedCard | undefined {
    return id === undefined ? undefined : this.#cards.get(id);
  }

  /** The focus came to the pane: keys count from now. */
  restart(): void {
    for (const card of this.#cards.values()) card.restart();
  }
}

const KEY = Symbol('ask keys');

export function provideAskKeys(keys: AskKeys): AskKeys {
  return setContext(KEY, keys);
}

/** The keys of the pane around; undefined in the inbox, where a card hears only what is pressed in it. */
export function useAskKeys(): AskKeys | undefined {
  return getContext<AskKeys | undefined>(KEY);
}
