import { type GroupsFile, type ProviderStatus, settingMeta, settingSections } from '@agor/protocol';
import { settingNames } from '@agor/protocol/describe-settings';
import { settingPlaceOf } from './places.ts';

/** Something in the settings that can be looked for. */
export interface SettingEntry {
  /** A setting's key, or another id that is its alone. */
  readonly key: string;
  readonly title: string;
  /** In which section, or group, it is. */
  readonly section: string;
  /** What `app.openSettings` takes to lead there. */
  readonly place: string;
  /** More by which it is found. */
  readonly text: string;
}

/** What is no setting of its own, and where it is. */
const FIXED: readonly SettingEntry[] = [
  ['Groups', 'projects', 'create rename remove select add group'],
  ['Add project', 'add-project', 'folder new'],
  ['Roles of your own', 'projects', 'role rights workflow'],
  ['Rules', 'rules', 'allow always permission revoke'],
  ['Import and export of settings', 'transfer', 'backup file json another computer'],
  ['Updates and version', 'about', 'about build upgrade install check'],
].map(([title = '', place = '', text = '']) => ({ key: `place.${title}`, title, section: 'Settings', place, text }));

/** Every setting by the words of its meaning. */
function allSettings(): SettingEntry[] {
  return settingNames.map((key) => {
    const { title, description, section } = settingMeta(key);
    return { key, title, section: settingSections[section], place: settingPlaceOf(key), text: description };
  });
}

/** Everything in the settings, with what there is now of groups and agents. */
export function allEntries({ groups }: GroupsFile, providers: readonly ProviderStatus[]): SettingEntry[] {
  const members = groups.flatMap((group) => [
    {
      key: `group:${group.id}`,
      title: group.name,
      section: 'Groups',
      place: `group:${group.id}`,
      text: 'group rename',
    },
    ...group.projects.map(({ id, name, cwd }) => ({
      ...{ key: `project:${id}`, title: name, section: group.name, place: `project:${id}`, text: `project ${cwd}` },
    })),
    ...(group.agents ?? []).map(({ id, name, role }) => ({
      ...{ key: `agent:${id}`, title: name, section: group.name, place: `role-agent:${id}`, text: `agent ${role}` },
    })),
  ]);
  const agents = providers.map(({ id, label, description = '' }) => ({
    ...{
      key: `provider:${id}`,
      title: label,
      section: 'Agents',
      place: 'agents',
      text: `provider ${id} ${description}`,
    },
  }));
  return [...allSettings(), ...FIXED, ...agents, ...members];
}

const MAX_FOUND = 30;

/** Those in which every word occurs, those whose title begins with or has it first. */
export function searchEntries(entries: readonly SettingEntry[], query: string): SettingEntry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return entries
    .flatMap((entry) => {
      const title = entry.title.toLowerCase();
      const all =
        `${title} ${entry.key.replace(/[_.:]/g, ' ')} ${entry.key} ${entry.section} ${entry.text}`.toLowerCase();
      if (!words.every((word) => all.includes(word))) return [];
      const rank = title.startsWith(words.join(' ')) ? 0 : words.every((word) => title.includes(word)) ? 1 : 2;
      return [{ entry, rank }];
    })
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MAX_FOUND)
    .map(({ entry }) => entry);
}
