export { type EffectiveSettings, effectiveSettings } from './effective-settings.ts';
export { requireOverrides, SettingsStore } from './settings-store.ts';
