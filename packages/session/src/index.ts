export { type Activity, activityOf, contextPressure } from './activity.ts';
export { asMessage } from './as-message.ts';
export { type Attention, attentionOf, type HealthSignals, NO_SIGNALS } from './attention.ts';
export { burnRatePerHour, type CostSample, hourlyBurnRate, withSample } from './burn-rate.ts';
export { fold, foldAll } from './fold.ts';
export { healthTotals } from './health-totals.ts';
export { initialState, upgradeState } from './initial.ts';
export { enabledMcpServers, type HeldMcpServer, heldMcpServers } from './mcp-servers.ts';
export { OpenBlocks } from './open-blocks.ts';
export { type ProviderHealth, providerHealth } from './provider-health.ts';
export {
  resolveSetting,
  type SettingOrigin,
  type SettingPlace,
  type SettingValue,
  settingPlace,
} from './resolve-setting.ts';
export { type SandboxChoice, type SandboxLayers, sandboxChanged, sandboxRules, sandboxState } from './sandbox-rules.ts';
export { answerableAsks, isBusy, isRestarting, mayDispatch, openAsks, statusOf } from './status.ts';
