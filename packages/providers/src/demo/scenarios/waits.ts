import { waitForFile } from '../gate.ts';
import { numberOption } from '../prompt-words.ts';
import { write } from '../tools.ts';
import type { DemoTurn } from '../turn.ts';
import { atMostOneWord, noWords, type Scenario } from './scenario.ts';

export const waits: readonly Scenario[] = [
  {
    name: 'wait',
    usage: 'wait',
    description: 'runs until you interrupt it',
    fits: noWords,
    run: async (turn) => {
      await turn.say('I wait until you interrupt me.');
      await turn.forever();
    },
  },
  {
    name: 'hold',
    usage: 'hold <key> [write=<path>]',
    description: 'waits until the file .agor-demo-<key> appears in the project, after it wrote a file',
    fits: ({ words }) => words.length === 1,
    run: async (turn) => {
      const [key = ''] = turn.prompt.words;
      const path = turn.prompt.options.get('write');
      if (path) await write(turn, path, `${key}\n`);
      await hold(turn, key);
    },
  },
  {
    name: 'gate',
    usage: 'gate [key]',
    description: 'the same with the key "gate"',
    fits: atMostOneWord,
    run: (turn) => hold(turn, turn.prompt.words[0] ?? 'gate'),
  },
  {
    name: 'retry',
    usage: 'retry [n=2] [delay=1000]',
    description: 'reports n retries as if the model API were overloaded',
    fits: noWords,
    run: async (turn) => {
      const n = numberOption(turn.prompt, 'n', { fallback: 2, min: 1, max: 100 });
      const delayMs = numberOption(turn.prompt, 'delay', { fallback: 1_000, max: 600_000 });
      for (let attempt = 1; attempt <= n; attempt++) {
        turn.state.ctx.retrying({ delayMs, attempt, maxAttempts: n, class: 'overloaded', message: 'Overloaded (529)' });
        await turn.pause(delayMs);
      }
      await turn.say(`It worked after ${n} retries.`);
    },
  },
];

async function hold(turn: DemoTurn, key: string): Promise<void> {
  await turn.say(`I wait for .agor-demo-${key}.`);
  await waitForFile(turn.signal, turn.cwd, key);
  await turn.say('I go on.');
}
