import type { SearchKind, SearchRole } from '@agor/protocol';

/** What a document is, as `docs.kind` holds it: the order is part of the schema. */
export const DOC_KINDS = ['message', 'tool', 'task', 'comment', 'direct', 'post'] as const;
export type DocKind = (typeof DOC_KINDS)[number];
/** As `docs.role` holds it. */
export const DOC_ROLES = [
  'user',
  'agent',
  'thinking',
  'tool',
  'error',
  'agor',
] as const satisfies readonly SearchRole[];

/** Something that can be found, with its text. */
export interface Doc {
  readonly kind: DocKind;
  readonly role: SearchRole;
  /** Key of its session or group. */
  readonly owner: number | null;
  readonly seq: number;
  readonly at: number;
  readonly text: string;
  readonly ref?: string | undefined;
  readonly part?: string | undefined;
  /** Tags beside those of kind and role, without their mark: s12, p3… */
  readonly tags: readonly string[];
}

export interface DocRow {
  readonly id: number;
  readonly kind: number;
  readonly role: number;
  readonly owner: number | null;
  readonly seq: number;
  readonly at: number;
  readonly cut: number;
  readonly ref: string | null;
  readonly part: string | null;
}

/** What a person filters by. */
export function searchKind(kind: DocKind): SearchKind {
  if (kind === 'comment') return 'task';
  return kind === 'direct' || kind === 'post' ? 'btmsg' : kind;
}

/**
 * Begins every tag, so that no word of a text is one: a letter that Unicode leaves to everyone. Texts are indexed without it. The rest of a
 * tag is a letter and a key or name: s12, kmessage.
 */
export const TAG_MARK = '\u{f8f0a}';

export const kindTag = (kind: SearchKind): string => `k${kind}`;
export const roleTag = (role: SearchRole): string => `r${role}`;
