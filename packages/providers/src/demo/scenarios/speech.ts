import { numberOption } from '../prompt-words.ts';
import { seededText } from '../random.ts';
import type { DemoTurn } from '../turn.ts';
import { noWords, type Scenario, someWords } from './scenario.ts';

const MAX_COUNT = 1_000_000;
const MAX_SIZE = 1024 * 1024;

export const speech: readonly Scenario[] = [
  {
    name: 'say',
    usage: 'say <text>',
    description: 'says the text',
    fits: someWords,
    run: (turn) => turn.say(turn.prompt.rest.replace(/(^|\s+)(pace|seed)=\S*/g, '')),
  },
  {
    name: 'think',
    usage: 'think',
    description: 'thinks, then answers',
    fits: noWords,
    run: async (turn) => {
      await turn.think('First I weigh what is asked against what I can do.\nThen I decide to say what I thought.');
      await turn.say('I have thought about it.');
    },
  },
  {
    name: 'stream',
    usage: 'stream [seed=1] [n=200] [size=20]',
    description: 'streams n pieces of seeded text as fast as they are read',
    fits: noWords,
    run: (turn) => {
      const n = numberOption(turn.prompt, 'n', { fallback: 200, min: 1, max: MAX_COUNT });
      const size = numberOption(turn.prompt, 'size', { fallback: 20, min: 1, max: MAX_SIZE });
      return turn.stream(seededPieces(turn, n, size), numberOption(turn.prompt, 'pace', { fallback: 0, max: 60_000 }));
    },
  },
  {
    name: 'slow',
    usage: 'slow [pace=200] [n=50]',
    description: 'streams slowly, with that many ms between the pieces',
    fits: noWords,
    run: (turn) => {
      const pace = numberOption(turn.prompt, 'pace', { fallback: 200, max: 60_000 });
      const n = numberOption(turn.prompt, 'n', { fallback: 50, min: 1, max: MAX_COUNT });
      return turn.stream(seededPieces(turn, n, 20), pace);
    },
  },
  {
    name: 'burst',
    usage: 'burst [n=1000] [size=80] [rate=0] [seed=1]',
    description: 'n complete messages, so many a second or as fast as they are read; each begins with its number',
    fits: noWords,
    run: async (turn) => {
      const n = numberOption(turn.prompt, 'n', { fallback: 1_000, min: 1, max: MAX_COUNT });
      const size = numberOption(turn.prompt, 'size', { fallback: 80, min: 1, max: MAX_SIZE });
      const rate = numberOption(turn.prompt, 'rate', { fallback: 0, max: 1_000_000 });
      const began = performance.now();
      for (let i = 1; i <= n; i++) {
        turn.check();
        const ahead = rate > 0 ? (i * 1000) / rate - (performance.now() - began) : 0;
        if (ahead >= 1) await turn.pause(ahead);
        await turn.emit({ type: 'text', text: `${i} ${seededText(turn.random, size)}` });
      }
    },
  },
];

function* seededPieces(turn: DemoTurn, n: number, size: number): Iterable<string> {
  for (let i = 0; i < n; i++) yield seededText(turn.random, size);
}
