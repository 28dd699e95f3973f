import { z } from 'zod';
import { ProviderId } from './ids.ts';
import { type SettingName, settingsSchemas } from './settings.ts';

/**
 * The settings that a group decides for its members, and a project or role agent for itself: each with the name of its field in
 * groups.json. Which of them may is in the meaning of the setting (`levels`).
 */
export const overrideFields = {
  default_provider: 'provider',
  default_permission_mode: 'permissionMode',
  sandbox_new_projects: 'sandboxNewProjects',
  prewarm: 'prewarm',
  idle_close_minutes: 'idleCloseMinutes',
  stall_threshold_min: 'stallThresholdMin',
  max_turns: 'maxTurns',
  resume_after_limit: 'resumeAfterLimit',
  anchor_budget_scale: 'anchorBudgetScale',
  refresh_minutes: 'refreshMinutes',
  wake_strategy: 'wakeStrategy',
  wake_interval_min: 'wakeIntervalMin',
  wake_threshold: 'wakeThreshold',
  test_command: 'testCommand',
  use_worktrees: 'useWorktrees',
} as const satisfies Partial<Record<SettingName, string>>;
/** A setting that can be decided differently below the global level. */
export type LevelledSetting = keyof typeof overrideFields;

/** Of projects and role agents. Absent: as the group, else the settings, say. */
export const memberOverrides = {
  provider: ProviderId.optional(),
  permissionMode: settingsSchemas.default_permission_mode.unwrap().optional(),
  prewarm: settingsSchemas.prewarm.unwrap().optional(),
  idleCloseMinutes: settingsSchemas.idle_close_minutes.unwrap().optional(),
  stallThresholdMin: settingsSchemas.stall_threshold_min.unwrap().optional(),
  maxTurns: settingsSchemas.max_turns.unwrap().optional(),
  resumeAfterLimit: settingsSchemas.resume_after_limit.unwrap().optional(),
  anchorBudgetScale: settingsSchemas.anchor_budget_scale.unwrap().optional(),
  refreshMinutes: settingsSchemas.refresh_minutes.unwrap().optional(),
};

/** Of projects, in addition. */
export const projectOverrides = {
  testCommand: settingsSchemas.test_command.unwrap().optional(),
  useWorktrees: settingsSchemas.use_worktrees.unwrap().optional(),
};

/** Of role agents, in addition. */
export const agentOverrides = {
  wakeStrategy: settingsSchemas.wake_strategy.unwrap().optional(),
  wakeIntervalMin: settingsSchemas.wake_interval_min.unwrap().optional(),
  wakeThreshold: settingsSchemas.wake_threshold.unwrap().optional(),
};

/** Of groups: for all their members that do not decide it themselves. */
export const groupOverrides = {
  ...memberOverrides,
  ...projectOverrides,
  ...agentOverrides,
  sandboxNewProjects: settingsSchemas.sandbox_new_projects.unwrap().optional(),
};

/** The same fields in a change: what is absent stays, null takes a choice back. */
export function asChanges<Shape extends Readonly<Record<string, z.ZodOptional>>>(shape: Shape) {
  return Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, z.nullable(schema)])) as {
    [Name in keyof Shape]: z.ZodNullable<Shape[Name]>;
  };
}
