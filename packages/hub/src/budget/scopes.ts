import type {
  BudgetLimit,
  BudgetScopeKind,
  Budgets as BudgetSettings,
  BudgetStanding,
  GroupsFile,
  SessionState,
} from '@agor/protocol';
import type { Spent } from './meter.ts';

/** One budget: whose, how much, and what counts to it. */
export interface BudgetScope {
  readonly kind: BudgetScopeKind;
  readonly id: string;
  readonly label: string;
  readonly limit: BudgetLimit;
  /** Sessions of these count; absent: all do, or the one session. */
  readonly projectIds?: readonly string[];
}

/** The budgets with a limit that a session counts to. Read anew each time: a changed limit counts at once. */
export function scopesOf(
  { id, projectId, title }: Pick<SessionState, 'id' | 'projectId' | 'title'>,
  settings: BudgetSettings,
  { groups }: GroupsFile,
): BudgetScope[] {
  const scopes: BudgetScope[] = [];
  if (settings.session) scopes.push({ kind: 'session', id, label: `the session "${title}"`, limit: settings.session });
  const group = groups.find((one) => membersOf(one).includes(projectId ?? ''));
  if (group && projectId !== null) {
    const project = [...group.projects, ...(group.agents ?? [])].find((one) => one.id === projectId);
    const own = group.projects.find((one) => one.id === projectId)?.budget ?? settings.project;
    if (project && own)
      scopes.push({
        kind: 'project',
        id: projectId,
        label: `the project ${project.name}`,
        limit: own,
        projectIds: [projectId],
      });
    const limit = group.budget ?? settings.group;
    if (limit)
      scopes.push({
        kind: 'group',
        id: group.id,
        label: `the group ${group.name}`,
        limit,
        projectIds: membersOf(group),
      });
  }
  if (settings.month) scopes.push({ kind: 'month', id: 'all', label: 'everything together', limit: settings.month });
  return scopes.filter(({ limit }) => Object.keys(limit).length > 0);
}

function membersOf({ projects, agents = [] }: GroupsFile['groups'][number]): string[] {
  return [...projects, ...agents].map(({ id }) => id as string);
}

/** Of which the budget of a scope is; empty for a session, whose is for as long as it lives. */
export function periodOf(kind: BudgetScopeKind, now: number): string {
  return kind === 'session' ? '' : new Date(now).toISOString().slice(0, 7);
}

export function standingOf(
  { kind, id, label, limit }: BudgetScope,
  period: string,
  spent: Spent,
  added: { readonly usd: number; readonly tokens: number },
): BudgetStanding {
  const reached = (usd: number | undefined, tokens: number | undefined) =>
    (usd !== undefined && spent.usd >= usd) || (tokens !== undefined && spent.tokens >= tokens);
  const hard = reached(plus(limit.hardUsd, added.usd), plus(limit.hardTokens, added.tokens));
  return {
    scope: kind,
    id,
    label,
    period,
    spentUsd: spent.usd,
    spentTokens: spent.tokens,
    unpricedTokens: spent.unpricedTokens,
    limit,
    addedUsd: added.usd,
    addedTokens: added.tokens,
    level: hard ? 'hard' : reached(limit.softUsd, limit.softTokens) ? 'soft' : 'free',
  };
}

function plus(limit: number | undefined, more: number): number | undefined {
  return limit === undefined ? undefined : limit + more;
}
