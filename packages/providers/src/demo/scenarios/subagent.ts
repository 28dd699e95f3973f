import { waitForFile } from '../gate.ts';
import { numberOption } from '../prompt-words.ts';
import { announce, look } from '../tools.ts';
import { DemoTurn, Interrupted } from '../turn.ts';
import type { Scenario } from './scenario.ts';

const DESCRIPTION = 'Look around in the project';
const MAX_DEPTH = 5;
const PROMPT = 'List what lies in the project and say how much it is.';

export const subagentScenario: Scenario = {
  name: 'subagent',
  usage: 'subagent [background] [delay=500] [key=k] [depth=1]',
  description:
    'has a subagent look around; one in the background wakes the session after delay ms; with a key it waits for the file .agor-demo-k; with depth=2 it starts one of its own',
  fits: ({ words }) => words.length === 0 || (words.length === 1 && words[0] === 'background'),
  run: async (turn) => {
    const background = turn.prompt.words[0] === 'background';
    const toolUseId = await announce(turn, {
      name: 'Agent',
      kind: 'agent',
      title: DESCRIPTION,
      input: { description: DESCRIPTION, prompt: PROMPT, subagent_type: 'demo', run_in_background: background },
    });
    await turn.emit({
      type: 'subagent',
      toolUseId,
      state: 'started',
      description: DESCRIPTION,
      prompt: PROMPT,
      background,
    });
    if (background) return startInBackground(turn, toolUseId);
    const summary = await supervise(turn, toolUseId, async (sub) => {
      const key = turn.prompt.options.get('key');
      if (key) await waitForFile(sub.signal, turn.cwd, key);
      return await lookAround(sub, turn, toolUseId);
    });
    await turn.emit({ type: 'toolResult', toolUseId, output: summary ?? 'Stopped', isError: summary === null });
    await turn.say(
      summary === null ? 'The subagent was stopped. I go on without it.' : `The subagent says: ${summary}`,
    );
  },
};

async function startInBackground(turn: DemoTurn, toolUseId: string): Promise<void> {
  const { state, prompt } = turn;
  await turn.emit({ type: 'toolResult', toolUseId, output: 'Started in the background' });
  await turn.say('The subagent works in the background. It will wake me.');
  const delayMs = numberOption(prompt, 'delay', { fallback: 500, max: 3_600_000 });
  const key = prompt.options.get('key');
  state.inBackground(async (signal) => {
    // A turn of its own, for an interrupt of the session's turn does not reach it.
    const own = new DemoTurn(state, { prompt, images: [] });
    signal.addEventListener('abort', () => own.interrupt(), { once: true });
    const summary = await supervise(own, toolUseId, async (sub) => {
      if (key) await waitForFile(sub.signal, state.cwd, key);
      else await sub.pause(delayMs);
      return await lookAround(sub, own, toolUseId);
    });
    if (summary !== null) state.wake((woken) => woken.say(`The subagent came back: ${summary}`));
  });
}

/** Runs a subagent's work so that it alone can be stopped; null when it was. */
async function supervise(
  teller: DemoTurn,
  toolUseId: string,
  work: (sub: DemoTurn) => Promise<string>,
): Promise<string | null> {
  const sub = teller.asSubagent(toolUseId);
  teller.state.subagents.set(toolUseId, sub);
  try {
    return await work(sub);
  } catch (error) {
    if (!(error instanceof Interrupted) || teller.signal.aborted) throw error;
    await teller.emit({ type: 'subagent', toolUseId, state: 'stopped' });
    return null;
  } finally {
    teller.state.subagents.delete(toolUseId);
  }
}

/** The subagent's own turn: nested messages, then its end, told by `teller`. */
async function lookAround(sub: DemoTurn, teller: DemoTurn, toolUseId: string): Promise<string> {
  await sub.think('I list the folder.');
  const { output } = await look(sub, 'ls -A');
  await teller.emit({ type: 'subagent', toolUseId, state: 'progress', toolUses: 1, lastTool: 'Bash' });
  await delegate(sub);
  const count = output.split('\n').filter((line) => line !== '').length;
  const summary = `there are ${count} entries in the project.`;
  await sub.say(`I found that ${summary}`);
  await teller.emit({ type: 'subagent', toolUseId, state: 'done', toolUses: 1, totalTokens: 50, summary });
  return summary;
}

/** A subagent has one of its own look around, as deep as was asked for. */
async function delegate(sub: DemoTurn): Promise<void> {
  const depth = numberOption(sub.prompt, 'depth', { fallback: 1, min: 1, max: MAX_DEPTH });
  if (sub.depth >= depth) return;
  const description = `${DESCRIPTION}, ${sub.depth + 1} deep`;
  const input = { description, prompt: PROMPT, subagent_type: 'demo' };
  const toolUseId = await announce(sub, { name: 'Agent', kind: 'agent', title: description, input });
  await sub.emit({ type: 'subagent', toolUseId, state: 'started', description, prompt: PROMPT, background: false });
  const summary = await supervise(sub, toolUseId, (child) => lookAround(child, sub, toolUseId));
  await sub.emit({ type: 'toolResult', toolUseId, output: summary ?? 'Stopped', isError: summary === null });
}
