import type { PromptWords } from '../prompt-words.ts';
import { answered } from './answered.ts';
import { asks } from './asks.ts';
import { failures } from './failures.ts';
import { files } from './files.ts';
import { helpScenario } from './help.ts';
import { plainTurn } from './plain.ts';
import { anyWords, type Scenario } from './scenario.ts';
import { speech } from './speech.ts';
import { subagentScenario } from './subagent.ts';
import { waits } from './waits.ts';
import { work } from './work.ts';

/** Everything that a prompt's first word can choose, in the order of `help`. */
export const scenarios: readonly Scenario[] = [
  helpScenario(() => scenarios),
  ...speech,
  ...files,
  ...asks,
  ...work,
  subagentScenario,
  ...waits,
  ...failures,
];

const plain: Scenario = { name: '', usage: '', description: '', fits: anyWords, run: plainTurn };

/** The scenario that a prompt means: agor's own words about an answer, a trigger, or else the plain turn. */
export function findScenario(prompt: PromptWords): Scenario {
  if (answered.fits(prompt)) return answered;
  return scenarios.find(({ name, fits }) => name === prompt.trigger && fits(prompt)) ?? plain;
}
