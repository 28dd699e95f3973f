import type { Component } from 'svelte';
import Appearance from './Appearance.svelte';

export interface SettingsSection {
  id: string;
  label: string;
  component: Component;
}

export const sections: readonly SettingsSection[] = [{ id: 'appearance', label: 'Appearance', component: Appearance }];

/** Places inside a section that a link may name, and unknown names, lead to the section that has them. */
export function sectionOf(place: string): SettingsSection {
  const name = place === 'add-project' || place.startsWith('project:') ? 'projects' : place;
  const section = sections.find(({ id }) => id === name) ?? sections[0];
  if (!section) throw new Error('the settings have no sections');
  return section;
}
