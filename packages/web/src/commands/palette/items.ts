import {
  type ProjectId,
  type SettingName,
  settingMeta,
  settingSections,
  settingsSchemas,
  type Task,
} from '@agor/protocol';
import { sessionName } from '../../project/session-name.ts';
import type { App } from '../../state/app.svelte.ts';
import { shownStatus } from '../../state/sessions.svelte.ts';
import { statusLabel } from '../../team/board.logic.ts';
import { ago, tilde } from '../../ui/format.ts';
import { dotOf } from '../../ui/status.ts';
import type { Item } from './item.ts';

/** Sessions that can be found; the older ones are under "Older sessions…". */
const MAX_SESSIONS = 500;

export function commandItems({ commandList }: App): Item[] {
  return commandList.possible
    .filter(({ id }) => id !== 'palette.open')
    .map((command) => ({
      key: `command:${command.id}`,
      kind: 'command',
      title: command.title,
      detail: command.detail?.(commandList.app) ?? '',
      keywords: `${command.keywords ?? ''} ${command.category}`,
      note: command.category,
      category: command.category,
      keys: commandList.keymap.keysOf(command.id)[0],
      run: () => commandList.run(command.id),
    }));
}

/** Projects and role agents of all groups, those of the shown group first. */
export function projectItems({ workspace }: App): Item[] {
  const { activeGroup, groups } = workspace;
  const all = [...groups.groups].sort((a, b) => Number(b.id === activeGroup?.id) - Number(a.id === activeGroup?.id));
  return all.flatMap((group) =>
    [...(group.agents ?? []), ...group.projects]
      .filter(({ enabled }) => enabled)
      .map(({ id, name, ...more }): Item => {
        const role = 'role' in more ? String(more.role) : '';
        const cwd = more.cwd ? tilde(more.cwd) : '';
        return {
          key: `project:${id}`,
          kind: 'project',
          title: name,
          detail: role || cwd,
          keywords: `project agent ${group.name}`,
          note: group.id === activeGroup?.id ? '' : group.name,
          run: (app) => app.visitProject(id),
        };
      }),
  );
}

/** Newest activity first. */
export function sessionItems({ sessions, workspace, clock }: App): Item[] {
  return [...sessions.all]
    .sort((a, b) => b.state.lastActivityAt - a.state.lastActivityAt)
    .slice(0, MAX_SESSIONS)
    .map((summary) => ({
      key: `session:${summary.state.id}`,
      kind: 'session',
      title: sessionName(summary.state),
      detail: `${workspace.boxOf(summary).name} · ${dotOf(shownStatus(summary)).label}`,
      keywords: `session ${summary.state.provider}`,
      note: ago(summary.state.lastActivityAt, clock.now),
      run: (app) => app.openSession(summary.state.id),
    }));
}

export function taskItems(board: readonly { tasks: readonly Task[] }[] | null): Item[] {
  return (board ?? []).flatMap(({ tasks }) =>
    tasks.map((task) => ({
      key: `task:${task.id}`,
      kind: 'task' as const,
      title: task.title,
      detail: statusLabel(task.status),
      keywords: `task ${task.priority}`,
      note: task.priority,
      run: (app: App) => app.visitTask(task.id),
    })),
  );
}

export function fileItems(project: { projectId: ProjectId; name: string }, found: readonly string[]): Item[] {
  return found.map((path) => ({
    key: `file:${project.projectId}:${path}`,
    kind: 'file',
    title: path,
    detail: '',
    keywords: '',
    note: project.name,
    run: (app) => app.visitFile({ projectId: project.projectId, path }),
  }));
}

/** The sections of the settings, and every setting in them. */
export function settingItems(sections: readonly { id: string; label: string }[]): Item[] {
  const places = sections.map(
    ({ id, label }): Item => ({
      key: `settings:${id}`,
      kind: 'setting',
      title: `Settings: ${label}`,
      detail: '',
      keywords: 'preferences options',
      note: '',
      run: (app) => app.openSettings(id),
    }),
  );
  const names = Object.keys(settingsSchemas) as SettingName[];
  const single = names.map((name): Item => {
    const { title, description, section } = settingMeta(name);
    return {
      key: `setting:${name}`,
      kind: 'setting',
      title,
      detail: '',
      keywords: `${description} ${name}`,
      note: settingSections[section],
      run: (app) => app.openSettings(`setting:${name}`),
    };
  });
  return [...places, ...single];
}
