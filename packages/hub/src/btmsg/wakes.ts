import { ProjectId, type TeamWakeCondition, type WakeTrigger } from '@agor/protocol';
import { Failure } from '../failure.ts';
import type { Actor } from './actor.ts';
import { findAgent } from './agents.ts';
import { audit } from './audit.ts';
import type { TeamContext, TeamWakes } from './context.ts';
import { TeamFailure } from './failure.ts';

/** Those of the actor, or with `group` of everybody in its group. */
export function wakesOf(ctx: TeamContext, actor: Actor, reach: 'group' | 'own'): WakeTrigger[] {
  const all = ctx.wakes?.list() ?? [];
  if (reach === 'own') return all.filter(({ agentId }) => agentId === String(actor.id));
  return all.filter(({ agentId }) => isInGroup(ctx, actor, agentId));
}

export function addWake(
  ctx: TeamContext,
  actor: Actor,
  input: {
    readonly agent: string;
    readonly condition: TeamWakeCondition;
    readonly prompt: string;
    readonly once: boolean;
  },
): WakeTrigger {
  const { agent, ...rest } = input;
  const agentId = ProjectId.parse(findAgent(ctx, agent, actor.groupId).id);
  return told(() => {
    const added = wakes(ctx).put(crypto.randomUUID(), { ...rest, agentId, enabled: true }, actor.id);
    audit(ctx, actor.id, 'status_change', `added a wake of ${agentId}: ${added.condition.kind}`);
    return added;
  });
}

export function removeWake(ctx: TeamContext, actor: Actor, id: string): { removed: string } {
  return told(() => {
    const found = wakes(ctx).find(id);
    if (!isInGroup(ctx, actor, found.agentId)) throw new TeamFailure('notFound', `There is no wake ${id}.`);
    wakes(ctx).drop(found.id);
    audit(ctx, actor.id, 'status_change', `removed a wake of ${found.agentId}`);
    return { removed: found.id };
  });
}

function isInGroup({ db: { raw } }: TeamContext, { groupId }: Actor, agentId: string): boolean {
  if (groupId === null) return true;
  return raw.query('SELECT 1 FROM agents WHERE id = ? AND group_id = ?').get(agentId, groupId) !== null;
}

function wakes(ctx: TeamContext): TeamWakes {
  if (!ctx.wakes) throw new Error('this hub has no wakes');
  return ctx.wakes;
}

/** A refusal of the wakes in the team's words. */
function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Failure) || error instanceof TeamFailure) throw error;
    throw new TeamFailure(error.code === 'NOT_FOUND' ? 'notFound' : 'invalid', error.message);
  }
}
