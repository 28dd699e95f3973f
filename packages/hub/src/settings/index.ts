export { requireOverrides, SettingsStore } from './settings-store.ts';
