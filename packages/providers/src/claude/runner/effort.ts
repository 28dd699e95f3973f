import type { ControlValues, SessionControl } from '@agor/protocol';
import type { EffortLevel, ModelInfo } from '@anthropic-ai/claude-agent-sdk';

/** The id of the control that says how much the model thinks. */
export const EFFORT = 'effort';
/** The model's own default: nothing is sent. */
const AUTO = 'auto';

const LEVELS: Readonly<Record<EffortLevel, string>> = {
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  xhigh: 'Very high',
  max: 'Highest',
};

/** The level that was chosen, null for the model's own; undefined when the value is no level of this CLI. */
export function effortOf(value: string | undefined): EffortLevel | null | undefined {
  if (value === undefined || value === AUTO) return null;
  return Object.hasOwn(LEVELS, value) ? (value as EffortLevel) : undefined;
}

/** For the start of the CLI. A value that was kept from another version counts as none. */
export function effortOption(controls: ControlValues): { effort?: EffortLevel } {
  const effort = effortOf(controls[EFFORT]);
  return effort ? { effort } : {};
}

/** The control as this model offers it; none when it can't be told how much to think. */
export function effortControls(
  models: readonly ModelInfo[],
  model: string | undefined,
  value: string | undefined,
): SessionControl[] {
  const chosen = model ?? 'default';
  const info = models.find((each) => each.value === chosen) ?? models.find((each) => each.resolvedModel === chosen);
  const levels = info?.supportsEffort ? (info.supportedEffortLevels ?? []) : [];
  if (levels.length === 0) return [];
  return [
    {
      id: EFFORT,
      label: 'Thinking',
      description: 'How much the model thinks before it answers',
      category: 'thinking',
      value: levels.some((level) => level === value) ? (value as EffortLevel) : AUTO,
      options: [
        { value: AUTO, label: 'Default', description: "The model's own" },
        ...levels.map((level) => ({ value: level, label: LEVELS[level] })),
      ],
    },
  ];
}
