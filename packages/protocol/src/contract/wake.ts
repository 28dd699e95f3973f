import { z } from 'zod';
import { ProjectId } from '../ids.ts';
import { NewWakeTrigger, WakeCondition, WakeStanding, WakeTrigger, WakeTriggerChanges } from '../wake.ts';
import { base, command, done } from './base.ts';

const ofTrigger = command.extend({ triggerId: z.string().min(1).max(100) });

/** When agents are woken by themselves, and letting them go on after Stop All (`agent.stopAll`). A change is told by the `wake` frame. */
export const wake = {
  list: base.input(z.object({ agentId: ProjectId.optional() })).output(WakeStanding),
  /** REJECTED with the reason for an expression or a pattern that can't be, NOT_FOUND for an agent or a task that is not there. */
  add: base
    .input(command.extend(NewWakeTrigger.shape).extend({ by: z.string().min(1).max(100).default('web') }))
    .output(WakeTrigger),
  update: base.input(ofTrigger.extend({ changes: WakeTriggerChanges })).output(WakeTrigger),
  remove: base.input(ofTrigger).output(done),
  /** The next times of a cron expression, in ms since the epoch. REJECTED with the reason for one that can't be. */
  preview: base
    .input(z.object({ condition: WakeCondition.options[0], count: z.number().int().min(1).max(10).default(3) }))
    .output(z.array(z.number())),
  /** What Stop All holds of this agent goes on: its queues, messages for it, its wakes. */
  resume: base.input(command.extend({ agentId: ProjectId })).output(done),
  resumeAll: base.input(command).output(done),
};
