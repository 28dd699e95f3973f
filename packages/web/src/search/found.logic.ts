import type { SearchFilters, SearchHit, SearchKind, SearchRole, SearchStatus } from '@agor/protocol';

export const kindLabels: Readonly<Record<SearchKind, string>> = {
  message: 'Messages',
  tool: 'Tools',
  task: 'Tasks',
  btmsg: 'Team messages',
};
export const roleLabels: Readonly<Record<SearchRole, string>> = {
  user: 'You',
  agent: 'Agent',
  thinking: 'Thinking',
  tool: 'Tool',
  error: 'Error',
  agor: 'agor',
};

/** Hits by kind; the kind of the best one first, and within a kind as they were ranked. */
export function grouped(hits: readonly SearchHit[]): { readonly kind: SearchKind; readonly hits: SearchHit[] }[] {
  return [...Map.groupBy(hits, ({ kind }) => kind)].map(([kind, found]) => ({ kind, hits: found }));
}

export const spans = [
  { id: 'any', label: 'Any time', days: null },
  { id: 'day', label: 'The last 24 hours', days: 1 },
  { id: 'week', label: 'The last 7 days', days: 7 },
  { id: 'month', label: 'The last 30 days', days: 30 },
] as const;
const DAY_MS = 86_400_000;

/** What the person chose, as menus show it: one of each, or all. */
export interface Choices {
  readonly projectId?: string | undefined;
  readonly groupId?: string | undefined;
  readonly provider?: string | undefined;
  readonly kind?: SearchKind | undefined;
  readonly role?: SearchRole | undefined;
  readonly sessionId?: string | undefined;
  readonly span?: string | undefined;
  /** Days as a date field has them: 2026-01-31. Both are included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export function filtersOf(choices: Choices, now: number): SearchFilters {
  const { projectId, groupId, provider, kind, role, sessionId, span, from, to } = choices;
  const days = spans.find(({ id }) => id === span)?.days ?? null;
  const since = from ? startOf(from) : days === null ? undefined : now - days * DAY_MS;
  const until = to ? startOf(to, 1) : undefined;
  const one = <T>(value: unknown) => (value === undefined ? undefined : [value as T]);
  return JSON.parse(
    JSON.stringify({
      projectIds: one(projectId),
      groupIds: one(groupId),
      providers: one(provider),
      kinds: one(kind),
      roles: one(role),
      sessionIds: one(sessionId),
      since,
      until,
    }),
  ) as SearchFilters;
}

/** The beginning of a day on this computer, `later` days on; undefined for what is no date. */
function startOf(date: string, later = 0): number | undefined {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const at = new Date(year, month - 1, day + later).getTime();
  return Number.isNaN(at) ? undefined : at;
}

export function totalWords({ total, more }: { readonly total: number | null; readonly more: boolean }): string {
  if (total === null) return more ? 'Many found; the newest are ranked' : 'Many found; the newest are shown';
  return total === 1 ? '1 found' : `${total} found`;
}

/** While the index is behind the logs: how far it is. */
export function progressWords(status: SearchStatus | null): string {
  if (!status || status.index === 'current' || status.sessionsDone >= status.sessions)
    return 'Not everything is indexed yet';
  const { documents, sessions, sessionsDone } = status;
  const done = `${documents.toLocaleString()} entries, ${sessionsDone} of ${sessions} sessions`;
  return status.index === 'rebuilding' ? `The index is made anew: ${done}` : `Being indexed: ${done}`;
}
