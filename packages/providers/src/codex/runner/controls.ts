import type { ModelInfo, SessionControl } from '@agor/protocol';
import type { Model } from './calls.ts';

export const EFFORT_CONTROL = 'reasoning_effort';
const DEFAULT = 'default';

export function modelInfos(models: readonly Model[]): ModelInfo[] {
  return [
    { id: DEFAULT, label: 'Default', description: 'What Codex’s own settings or the signed-in account say' },
    ...models.map(({ model, displayName, description }) => ({
      id: model,
      label: displayName,
      ...(description ? { description } : {}),
    })),
  ];
}

/** Our choice `default` is Codex's own default: no model named. */
export function vendorModel(model: string | undefined): string | undefined {
  return model === DEFAULT ? undefined : model;
}

/** How hard the model is to think, where it can be chosen. */
export function effortControls(model: Model | undefined, effort: string | null): SessionControl[] {
  if (!model || model.supportedReasoningEfforts.length === 0) return [];
  const options = model.supportedReasoningEfforts.map(({ reasoningEffort, description }) => ({
    value: reasoningEffort,
    label:
      reasoningEffort === 'xhigh' ? 'Extra high' : reasoningEffort.charAt(0).toUpperCase() + reasoningEffort.slice(1),
    ...(description ? { description } : {}),
  }));
  const value = effort ?? model.defaultReasoningEffort ?? '';
  if (!options.some((option) => option.value === value)) return [];
  return [{ id: EFFORT_CONTROL, label: 'Reasoning', category: 'thinking', value, options }];
}
