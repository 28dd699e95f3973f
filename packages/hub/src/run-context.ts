import { type ProjectId, ProviderId, providerFamily } from '@agor/protocol';
import { effectiveSettings, findProvider, findVariant } from '@agor/providers';
import { enabledMcpServers, heldMcpServers, settingPlace } from '@agor/session';
import type { RunContext } from './agent-context/index.ts';
import { findMember, findProject, type GroupsFileStore, projectRunConfig } from './groups/index.ts';
import type { EffectiveSettings, SettingsStore } from './settings/index.ts';
import { teamOf } from './team/index.ts';

/** What agents need to know of groups and settings, read anew for every run. */
export function runContext(groups: GroupsFileStore, settings: SettingsStore, effective: EffectiveSettings): RunContext {
  const providerOf = (id: ProjectId | null) =>
    ProviderId.safeParse(effective.value('default_provider', id)).data ?? ProviderId.parse('claude');
  return {
    project: (id: ProjectId) => {
      const placed = findMember(groups.current, id);
      if (!placed) return null;
      const config = projectRunConfig(placed.project);
      return {
        ...config,
        ...teamOf(groups.current, id, config.systemPrompt),
        name: placed.project.name,
        identifier: placed.project.identifier,
        worktrees: findProject(groups.current, id) !== null && effective.value('use_worktrees', id),
        provider: providerOf(id),
        permissionMode: effective.value('default_permission_mode', id),
        anchorBudgetScale: effective.value('anchor_budget_scale', id),
      };
    },
    mcpServers: (id) =>
      enabledMcpServers(heldMcpServers(settings.value('mcp_servers'), settingPlace(groups.current, id))),
    defaults: () => ({
      provider: providerOf(null),
      permissionMode: effective.value('default_permission_mode', null),
    }),
    policy: (id) => ({
      idleCloseMinutes: effective.value('idle_close_minutes', id),
      resumeAfterLimit: effective.value('resume_after_limit', id),
      prewarm: effective.value('prewarm', id),
      maxTurns: effective.value('max_turns', id),
    }),
    provider: (id, projectId) => {
      const project = projectId === null ? null : findMember(groups.current, projectId);
      const decided = effectiveSettings(settings.provider(id), project?.project.providers?.[providerFamily(id)]);
      const definition = findProvider(id, decided);
      if (!definition) return null;
      const { label, capabilities, historyFromLog = false, systemPrompt } = definition;
      const { enabled = true, defaultModel, config: all = {} } = decided ?? {};
      const config = { ...(findVariant(id, decided)?.runConfig ?? all) };
      return { label, capabilities, historyFromLog, systemPrompt, enabled, defaultModel, config };
    },
  };
}
