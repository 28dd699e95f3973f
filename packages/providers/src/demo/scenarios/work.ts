import { createHash } from 'node:crypto';
import type { ImageInput } from '@agor/protocol';
import { CONTEXT_WINDOW } from '../adapter.ts';
import { numberOption } from '../prompt-words.ts';
import { runCommand } from '../run-command.ts';
import { announce, useTool } from '../tools.ts';
import type { DemoTurn } from '../turn.ts';
import { noWords, type Scenario } from './scenario.ts';

const MAX_TOOLS = 200;
const MAX_BIG_BYTES = 256 * 1024 * 1024;
const BIG_LINE = `${'0123456789abcdef'.repeat(4)}\n`;
const STEPS = ['Look at the project', 'Make the change', 'Check it'];

export const work: readonly Scenario[] = [
  {
    name: 'todo',
    usage: 'todo',
    description: 'keeps a to-do list and works through it',
    fits: noWords,
    run: async (turn) => {
      for (let done = 0; done <= STEPS.length; done++) {
        const entries = STEPS.map((content, i) => ({
          content,
          status: i < done ? ('completed' as const) : i === done ? ('in_progress' as const) : ('pending' as const),
        }));
        await turn.emit({ type: 'todo', entries });
        if (done < STEPS.length) await turn.say(`${STEPS[done]}.`);
      }
    },
  },
  {
    name: 'tools',
    usage: 'tools [n=3] [seed=1]',
    description: 'n tool calls at once, whose results come in another order',
    fits: noWords,
    run: async (turn) => {
      const n = numberOption(turn.prompt, 'n', { fallback: 3, min: 1, max: MAX_TOOLS });
      const open: { toolUseId: string; command: string }[] = [];
      for (let i = 1; i <= n; i++) {
        const command = `echo call ${i}`;
        const call = { name: 'Bash', kind: 'execute', title: command, input: { command } } as const;
        open.push({ toolUseId: await announce(turn, call), command });
      }
      while (open.length > 0) {
        const [next] = open.splice(Math.floor(turn.random() * open.length), 1);
        if (!next) break;
        const { blockId, ...outcome } = await runCommand(turn, next.command, next.toolUseId);
        await turn.emit({ type: 'toolResult', toolUseId: next.toolUseId, ...outcome }, blockId);
      }
      await turn.say(`All ${n} are done.`);
    },
  },
  {
    name: 'big',
    usage: 'big [n=200000]',
    description: 'a tool result of n bytes',
    fits: noWords,
    run: async (turn) => {
      const n = numberOption(turn.prompt, 'n', { fallback: 200_000, max: MAX_BIG_BYTES });
      const call = { name: 'Numbers', kind: 'other', title: `${n} bytes`, input: { n } } as const;
      await useTool(turn, call, async () => ({
        output: BIG_LINE.repeat(Math.ceil(n / BIG_LINE.length)).slice(0, n),
      }));
    },
  },
  {
    name: 'image',
    usage: 'image',
    description: 'describes the images that came with the prompt',
    fits: noWords,
    run: (turn) => describeImages(turn),
  },
  {
    name: 'status',
    usage: 'status',
    description: 'tells a status',
    fits: noWords,
    run: (turn) => turn.emit({ type: 'status', subtype: 'demo', message: 'All is well.' }),
  },
  {
    name: 'compact',
    usage: 'compact',
    description: 'compacts its conversation',
    fits: noWords,
    run: async (turn) => {
      await turn.emit({ type: 'status', subtype: 'compacting', message: 'Compacting the conversation' });
      await turn.emit({ type: 'compaction', trigger: 'manual', preTokens: 150_000, postTokens: 12_000 });
      await turn.say('Compacted.');
    },
  },
  {
    name: 'fill',
    usage: 'fill <percent>',
    description: 'says that its context is that full',
    fits: ({ words }) => words.length === 1 && /^\d{1,3}$/.test(words[0] ?? ''),
    run: async (turn) => {
      const percent = Math.min(Number(turn.prompt.words[0]), 100);
      turn.contextTokens = Math.round((CONTEXT_WINDOW * percent) / 100);
      await turn.say(`My context is ${percent} % full.`);
    },
  },
  {
    name: 'checkpoint',
    usage: 'checkpoint',
    description: 'sets a checkpoint',
    fits: noWords,
    run: async (turn) => {
      const checkpointId = `checkpoint-${turn.nextId()}`;
      await turn.emit({ type: 'checkpoint', checkpointId, promptId: turn.input.promptId });
      await turn.say('Checkpoint set.');
    },
  },
];

/** What arrived, so that it can be seen that it arrived whole. */
export function describeImages(turn: DemoTurn): Promise<void> {
  if (turn.images.length === 0) return turn.say('No image came with this prompt.');
  const lines = turn.images.map((image, i) => `- image ${i + 1}: ${describe(image)}`);
  return turn.stream([`I received ${turn.images.length} image(s):\n\n`, lines.join('\n')]);
}

function describe(image: ImageInput): string {
  if (image.kind === 'blob')
    return `${image.ref.mediaType}, ${image.ref.size} bytes, still in the blob ${image.ref.blob}`;
  const bytes = Buffer.from(image.data, 'base64');
  return `${image.mediaType}, ${bytes.byteLength} bytes, sha256 ${createHash('sha256').update(bytes).digest('hex')}`;
}
