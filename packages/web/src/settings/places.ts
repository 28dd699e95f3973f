import type { SettingName } from '@agor/protocol';

/** The place in the settings that a setting has: given to `app.openSettings`, it leads there. */
export function settingPlaceOf(name: SettingName): string {
  return `setting:${name}`;
}

export function settingOfPlace(place: string): string | null {
  return place.startsWith('setting:') ? place.slice('setting:'.length) : null;
}
