import { read, run, write } from '../tools.ts';
import { editScenario } from './edit.ts';
import { type Scenario, someWords } from './scenario.ts';

const looksLikePath = (word: string | undefined): boolean => word !== undefined && /[./]/.test(word);

export const files: readonly Scenario[] = [
  {
    name: 'read',
    usage: 'read <path>',
    description: 'reads a file of the project',
    fits: (prompt) => prompt.words.length === 1,
    run: async (turn) => {
      const { isError, output } = await read(turn, turn.prompt.words[0] ?? '');
      await turn.say(isError ? `I could not read it: ${output}` : `It has ${output.split('\n').length} lines.`);
    },
  },
  {
    name: 'write',
    usage: 'write <path> <text>',
    description: 'writes a file of the project after asking',
    fits: (prompt) => prompt.words.length >= 2 && looksLikePath(prompt.words[0]),
    run: async (turn) => {
      const [path = ''] = turn.prompt.words;
      const text = turn.prompt.rest.slice(turn.prompt.rest.indexOf(path) + path.length).trimStart();
      const { isError, output } = await write(turn, path, `${text}\n`);
      await turn.say(isError ? `Nothing was written. ${output}` : `${output}.`);
    },
  },
  editScenario,
  {
    name: 'run',
    usage: 'run <command>',
    description: 'runs a shell command in the project after asking, its output live',
    fits: someWords,
    run: async (turn) => {
      const { exitCode, output } = await run(turn, turn.prompt.rest);
      await turn.say(exitCode === undefined ? `It was not run. ${output}` : `It ended with exit code ${exitCode}.`);
    },
  },
];
