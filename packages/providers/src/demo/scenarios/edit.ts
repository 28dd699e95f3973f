import { readIfThere } from '../project-files.ts';
import { edit } from '../tools.ts';
import type { Scenario } from './scenario.ts';

/** Marks the first line that has text; a second edit finds it changed and marks it again. */
export const editScenario: Scenario = {
  name: 'edit',
  usage: 'edit <path>',
  description: 'changes the first line of a file after asking, with a diff',
  fits: (prompt) => prompt.words.length === 1,
  run: async (turn) => {
    const [path = ''] = turn.prompt.words;
    const text = await readIfThere(turn.cwd, path);
    const line = text?.split('\n').find((each) => each.trim() !== '') ?? '';
    const { isError, output } = await edit(turn, path, line, `${line} (edited by the demo agent)`);
    await turn.say(isError ? `Nothing was changed. ${output}` : `${output}.`);
  },
};
