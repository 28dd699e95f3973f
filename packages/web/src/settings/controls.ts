import type { SettingName } from '@agor/protocol';
import type { Component } from 'svelte';
import AspectControl from './AspectControl.svelte';
import FolderControl from './FolderControl.svelte';
import FontControl from './FontControl.svelte';
import PermissionModeControl from './PermissionModeControl.svelte';
import ProviderControl from './ProviderControl.svelte';

/** What a control of its own is given instead of the field that the schema makes. */
export interface ControlProps {
  readonly name: SettingName;
  readonly label: string;
  readonly hint: string;
  readonly error: string | null;
  readonly value: unknown;
  /** For whom it holds, in words: "every project", "Backend". */
  readonly scope: string;
  onchange(value: unknown): void;
}

/** Controls for which a schema is not enough, by the `control` of a setting's meaning. */
export const controls: Readonly<Record<string, Component<ControlProps>>> = {
  aspect: AspectControl,
  folder: FolderControl,
  font: FontControl,
  permissionMode: PermissionModeControl,
  provider: ProviderControl,
};

/** Settings that stand in a form made for them; the sections show that form, and no field. */
const OWN_FORMS = new Set(['theme', 'mcpServers', 'budgets', 'prices', 'notifications', 'shortcuts']);

export function hasOwnForm(control: string | undefined): boolean {
  return control !== undefined && OWN_FORMS.has(control);
}
