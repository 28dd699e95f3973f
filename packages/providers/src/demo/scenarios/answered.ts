import { edit, run, type ToolOutcome, write } from '../tools.ts';
import type { DemoTurn } from '../turn.ts';
import type { Scenario } from './scenario.ts';

/** What agor tells an agent that had ended when the person answered (hub/src/agents/lapsed.ts). */
const ALLOWED = /^The person allowed your call of (\w+)\b/;
const DENIED = /^The person denied your call of (\w+)\./;

/**
 * The answer to an ask of a process that died. An agent with a model finds its call in the conversation; the demo agent keeps none
 * and takes the call from the one-shot rule that came with the answer. The rule then answers for the person: nobody is asked again.
 */
export const answered: Scenario = {
  name: '',
  usage: '',
  description: '',
  fits: ({ text }) => ALLOWED.test(text) || DENIED.test(text),
  run: async (turn) => {
    const denied = DENIED.exec(turn.prompt.text)?.[1];
    if (denied !== undefined) return turn.say(`Understood: I leave the call of ${denied} out.`);
    const tool = ALLOWED.exec(turn.prompt.text)?.[1] ?? '';
    const input = turn.state.ctx.allowedOnce(tool);
    const outcome = typeof input === 'object' && input ? await again(turn, tool, input) : null;
    if (!outcome) return turn.say(`I do not know any more which call of ${tool} was meant.`);
    await turn.say(outcome.isError ? `It did not work: ${outcome.output}` : `Done, as you allowed: ${outcome.output}`);
  },
};

function again(turn: DemoTurn, tool: string, input: object): Promise<ToolOutcome> | null {
  const text = (name: string): string => String((input as Record<string, unknown>)[name] ?? '');
  switch (tool) {
    case 'Bash':
      return run(turn, text('command'));
    case 'Write':
      return write(turn, text('file_path'), text('content'));
    case 'Edit':
      return edit(turn, text('file_path'), text('old_string'), text('new_string'));
    default:
      return null;
  }
}
