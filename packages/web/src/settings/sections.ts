import { settingMeta } from '@agor/protocol';
import { settingNames } from '@agor/protocol/describe-settings';
import type { Component } from 'svelte';
import Keyboard from '../commands/settings/Keyboard.svelte';
import About from './About.svelte';
import Agents from './Agents.svelte';
import Appearance from './Appearance.svelte';
import Budgets from './Budgets.svelte';
import Defaults from './Defaults.svelte';
import Notifications from './Notifications.svelte';
import Plugins from './Plugins.svelte';
import Projects from './Projects.svelte';
import { settingOfPlace } from './places.ts';
import Rules from './Rules.svelte';
import Secrets from './Secrets.svelte';
import Terminals from './Terminals.svelte';
import Transfer from './Transfer.svelte';

export interface SettingsSection {
  id: string;
  label: string;
  component: Component;
}

export const sections: readonly SettingsSection[] = [
  { id: 'projects', label: 'Projects', component: Projects },
  { id: 'agents', label: 'Agents', component: Agents },
  { id: 'appearance', label: 'Appearance', component: Appearance },
  { id: 'defaults', label: 'Defaults', component: Defaults },
  { id: 'terminals', label: 'Terminals', component: Terminals },
  { id: 'budgets', label: 'Budgets', component: Budgets },
  { id: 'notifications', label: 'Notifications', component: Notifications },
  { id: 'keyboard', label: 'Keyboard', component: Keyboard },
  { id: 'rules', label: 'Rules', component: Rules },
  { id: 'secrets', label: 'Secrets', component: Secrets },
  { id: 'plugins', label: 'Plugins', component: Plugins },
  { id: 'transfer', label: 'Import and export', component: Transfer },
  { id: 'about', label: 'Updates', component: About },
];

/** The section of a place. A place can be inside one: `add-project` and `project:<id>` are in Projects, `setting:<key>` where it belongs. */
export function sectionOf(place: string): SettingsSection {
  const inProjects = place === 'add-project' || /^(project|group|role|role-agent|add-role-agent):/.test(place);
  const setting = settingNames.find((one) => one === settingOfPlace(place));
  const name = setting ? settingMeta(setting).section : inProjects ? 'projects' : place;
  const section = sections.find(({ id }) => id === name) ?? sections[0];
  if (!section) throw new Error('the settings have no sections');
  return section;
}
