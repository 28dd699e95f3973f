import type { AgentId, NewWakeTrigger, WakeTrigger } from '@agor/protocol';
import type { Clock } from '@agor/runtime';
import type { HubDatabase } from '../database/index.ts';

/** What the operations of btmsg and bttask work on. */
export interface TeamContext {
  readonly db: HubDatabase;
  readonly clock: Clock;
  /** Called within the transaction that wrote it, for what has to be done after its commit. */
  readonly changed: (change: TeamChange) => void;
  /** The agent has a live session now. */
  readonly isActive: (agent: AgentId) => boolean;
  /** Absent: there are no wakes. */
  readonly wakes?: TeamWakes | undefined;
}

/** When agents are woken, as far as a team may decide it. What is written belongs to the running transaction; `Failure` for what can't be. */
export interface TeamWakes {
  list(): WakeTrigger[];
  put(id: string, trigger: NewWakeTrigger, by: string): WakeTrigger;
  /** Its whole id and whose it is. */
  find(id: string): Pick<WakeTrigger, 'id' | 'agentId'>;
  drop(id: string): void;
}

/** What others may want to know once it is committed. */
export type TeamChange =
  | { readonly kind: 'message'; readonly to: AgentId; readonly id: string }
  | { readonly kind: 'channel'; readonly channelId: string; readonly id: string }
  | { readonly kind: 'task'; readonly taskId: string; readonly groupId: string }
  /** Who is in the team, who may write to whom, which channels there are and who is in them. */
  | { readonly kind: 'agents' }
  | { readonly kind: 'audit' }
  /** More than is worth naming. */
  | { readonly kind: 'all' };
