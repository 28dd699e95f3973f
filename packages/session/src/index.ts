export { asMessage } from './as-message.ts';
export { type Attention, attentionOf } from './attention.ts';
export { fold, foldAll } from './fold.ts';
export { initialState, upgradeState } from './initial.ts';
export { OpenBlocks } from './open-blocks.ts';
export { type ProviderHealth, providerHealth } from './provider-health.ts';
export { type SandboxChoice, type SandboxLayers, sandboxChanged, sandboxRules, sandboxState } from './sandbox-rules.ts';
export { answerableAsks, isBusy, isRestarting, mayDispatch, openAsks, statusOf } from './status.ts';
