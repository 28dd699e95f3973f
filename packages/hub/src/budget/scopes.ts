import type {
  BudgetLimit,
  BudgetScopeKind,
  Budgets as BudgetSettings,
  BudgetStanding,
  GroupConfig,
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
  const group = projectId === null ? undefined : groups.find((one) => membersOf(one).some((m) => m.id === projectId));
  const member = group && membersOf(group).find((one) => one.id === projectId);
  if (member) scopes.push(...ofProject(member, settings));
  if (group) scopes.push(...ofGroup(group, settings));
  scopes.push(...ofMonth(settings));
  return scopes.filter(hasLimit);
}

/** Every budget with a limit but those of sessions. */
export function overviewScopes(settings: BudgetSettings, { groups }: GroupsFile): BudgetScope[] {
  const scopes = groups.flatMap((group) => [
    ...ofGroup(group, settings),
    ...membersOf(group).flatMap((member) => ofProject(member, settings)),
  ]);
  return [...ofMonth(settings), ...scopes].filter(hasLimit);
}

function ofProject({ id, name, budget }: Member, settings: BudgetSettings): BudgetScope[] {
  const limit = budget ?? settings.project;
  return limit ? [{ kind: 'project', id, label: `the project ${name}`, limit, projectIds: [id] }] : [];
}

function ofGroup(group: GroupConfig, settings: BudgetSettings): BudgetScope[] {
  const limit = group.budget ?? settings.group;
  const projectIds = membersOf(group).map(({ id }) => id);
  return limit ? [{ kind: 'group', id: group.id, label: `the group ${group.name}`, limit, projectIds }] : [];
}

function ofMonth({ month: limit }: BudgetSettings): BudgetScope[] {
  return limit ? [{ kind: 'month', id: 'all', label: 'everything together', limit }] : [];
}

function hasLimit({ limit }: BudgetScope): boolean {
  return Object.values(limit).some((amount) => amount !== undefined);
}

interface Member {
  readonly id: string;
  readonly name: string;
  readonly budget?: BudgetLimit | undefined;
}

/** Projects and role agents: whatever its team does counts to a group, whoever of it started whom. */
function membersOf({ projects, agents = [] }: GroupConfig): Member[] {
  return [
    ...projects.map(({ id, name, budget }) => ({ id, name, budget })),
    ...agents.map(({ id, name }) => ({ id, name })),
  ];
}

/** Of which the budget of a scope is; empty for a session, whose is for as long as it lives. */
export function periodOf(kind: BudgetScopeKind, now: number): string {
  return kind === 'session' ? '' : new Date(now).toISOString().slice(0, 7);
}

/** A clock that was set back by no more than this opens no month again that is paid for. In ms. */
const SET_BACK_MS = 2 * 24 * 60 * 60_000;

/**
 * The time by which periods are told: now, or a little later where money was spent later already, as after a correction of the clock.
 * A clock that was far ahead was wrong, and what it said counts for nothing.
 */
export function periodTime(now: number, newestDay: string | null): number {
  const spentAt = newestDay === null ? 0 : Date.parse(`${newestDay}T00:00:00Z`);
  return spentAt > now && spentAt - now <= SET_BACK_MS ? spentAt : now;
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
