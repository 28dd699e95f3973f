import type { AgentMessage, ModelInfo, OutsideSession, Profile, Skill } from '@agor/protocol';

/** For whom a service works: the environment that a session would get, and the settings that would count for it. */
export interface ServicePlace {
  readonly env: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, unknown>>;
  /** The vendor's program; empty when there is none or it is not installed. */
  readonly command: readonly string[];
  readonly variant: string | null;
  /** The project's folder, if one is meant. */
  readonly cwd: string | null;
  readonly claudeConfigDir: string | null;
  /** The person accepted what the repository in `cwd` brings of settings, hooks and skills; absent: not. */
  readonly repoSettings?: boolean;
}

export interface OutsideQuery {
  /** Where the page before ended (`OutsidePage.next`). */
  readonly after?: string | undefined;
  readonly limit: number;
}

/**
 * What a provider can do on a machine beside running sessions; each part is optional, and what is absent is absent on screen too.
 * Everything is bounded by `signal` and throws errors with words for the person.
 */
export interface ProviderServices {
  models?(place: ServicePlace, signal: AbortSignal): Promise<ModelInfo[]>;
  /** `percent` is null while it is unknown. */
  pullModel?(
    place: ServicePlace,
    model: string,
    tell: (progress: { readonly progress: string; readonly percent: number | null }) => void,
    signal: AbortSignal,
  ): Promise<void>;
  profiles?(place: ServicePlace, signal: AbortSignal): Promise<Profile[]>;
  skills?(place: ServicePlace, signal: AbortSignal): Promise<Skill[]>;
  /** Throws for a path that is not one of `skills`. */
  readSkill?(place: ServicePlace, path: string, signal: AbortSignal): Promise<string>;
  /** Newest first, of `place.cwd` or of everywhere. */
  outside?(
    place: ServicePlace,
    query: OutsideQuery,
    signal: AbortSignal,
  ): Promise<{ readonly sessions: Omit<OutsideSession, 'importedAs' | 'provider'>[]; readonly next: string | null }>;
  /** One such conversation, in our words and bounded: the oldest part of a huge one is left out and said to be. */
  readOutside?(
    place: ServicePlace,
    providerSessionId: string,
    signal: AbortSignal,
  ): Promise<{ readonly session: Omit<OutsideSession, 'importedAs' | 'provider'>; readonly items: OutsideItem[] }>;
}

/** What a transcript holds: the person's words, and everything else as messages. */
export type OutsideItem =
  | { readonly kind: 'prompt'; readonly text: string; readonly at: number }
  | { readonly kind: 'message'; readonly message: AgentMessage };
