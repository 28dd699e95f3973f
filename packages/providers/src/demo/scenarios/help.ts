import type { Scenario } from './scenario.ts';

/** Lists the other scenarios. */
export function helpScenario(others: () => readonly Scenario[]): Scenario {
  return {
    name: 'help',
    usage: 'help',
    description: 'lists what the demo agent can play',
    fits: (prompt) => prompt.words.length === 0,
    run: (turn) => {
      const lines = others().map(({ usage, description }) => `- \`${usage}\`: ${description}`);
      return turn.stream([
        'I am a scripted agent without a model. The first word of a prompt chooses what I play:\n\n',
        `${lines.join('\n')}\n\n`,
        'Everywhere: `pace=ms` between the pieces of a stream, `seed=n` for what is random. ',
        'Any other prompt: I look at the project, propose a small change and ask before I write.',
      ]);
    },
  };
}
