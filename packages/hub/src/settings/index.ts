export { type EffectiveSettings, effectiveSettings } from './effective-settings.ts';
export { requireOverrides, SettingsStore } from './settings-store.ts';
export { exportSettings, importSettings, previewImport } from './transfer.ts';
