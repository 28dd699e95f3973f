import type { ControlValues, SessionControl } from '@agor/protocol';
import type { OllamaConfig } from '../config.ts';
import type { ModelFacts, Think } from '../server/index.ts';

export const THINKING = 'thinking';

const SWITCH = [
  { value: 'off', label: 'Off' },
  { value: 'on', label: 'On' },
];
const LEVELS = [
  { value: 'low', label: 'Low' },
  { value: 'medium', label: 'Medium' },
  { value: 'high', label: 'High' },
];

/** The picker of the thinking level; none for a model that can't think, or of which nobody knows. */
export function thinkingControls(facts: ModelFacts, value: string): SessionControl[] {
  const options = optionsOf(facts);
  return options.length === 0 ? [] : [{ id: THINKING, label: 'Thinking', category: 'thinking', value, options }];
}

/** What counts for this model: the person's choice, else the settings', else off, or medium where it can't be off. */
export function thinkingLevel(facts: ModelFacts, chosen: ControlValues, config: OllamaConfig): string {
  const allowed = optionsOf(facts).map(({ value }) => value);
  const wanted = [chosen[THINKING], config.think].find((each) => each !== undefined && allowed.includes(each));
  return wanted ?? (facts.thinking === 'levels' ? 'medium' : 'off');
}

/** As the server is told. A model without thinking is told nothing: some servers refuse even "off". */
export function thinkOf(facts: ModelFacts, level: string): Think {
  switch (facts.thinking) {
    case 'switch':
      return level === 'on';
    case 'levels':
      return level === 'low' || level === 'high' ? level : 'medium';
    default:
      return undefined;
  }
}

/** Throws with words for the person when this model has no such level. */
export function checkLevel(facts: ModelFacts, value: string): void {
  const allowed = optionsOf(facts).map((option) => option.value);
  if (allowed.includes(value)) return;
  throw new Error(
    allowed.length === 0
      ? 'this model has no thinking level'
      : `this model has no thinking level "${value}", only ${allowed.join(', ')}`,
  );
}

function optionsOf({ thinking }: ModelFacts): SessionControl['options'] {
  return thinking === 'switch' ? SWITCH : thinking === 'levels' ? LEVELS : [];
}
