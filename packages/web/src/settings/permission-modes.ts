import type { PermissionMode } from '@agor/protocol';

/** The permission modes in the person's words, from careful to dangerous. */
export const permissionModes: readonly { id: PermissionMode; label: string; meaning: string }[] = [
  {
    id: 'plan',
    label: 'Plan only',
    meaning: 'The agent reads and makes a plan. It changes nothing until you approve the plan.',
  },
  {
    id: 'default',
    label: 'Ask before edits',
    meaning: 'The agent asks before it changes a file or runs a command that could change something.',
  },
  {
    id: 'acceptEdits',
    label: 'Edit without asking',
    meaning: 'The agent changes files in the project unasked. It still asks before it runs commands.',
  },
  {
    id: 'bypassPermissions',
    label: 'Ask nothing',
    meaning:
      'The agent does everything unasked, with your own rights: run any command, delete files, use the network. Only for a project in which nothing can be lost.',
  },
];

export function modeLabel(mode: PermissionMode): string {
  return permissionModes.find(({ id }) => id === mode)?.label ?? mode;
}
