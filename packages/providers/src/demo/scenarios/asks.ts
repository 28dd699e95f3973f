import { useTool } from '../tools.ts';
import { noWords, type Scenario } from './scenario.ts';

const QUESTIONS = [
  {
    question: 'Which database should I use?',
    header: 'Database',
    multiSelect: false,
    options: [
      { label: 'SQLite', description: 'One file, nothing to run' },
      { label: 'PostgreSQL', description: 'A server of its own' },
    ],
  },
  {
    question: 'Which checks should run?',
    header: 'Checks',
    multiSelect: true,
    options: [{ label: 'Types' }, { label: 'Lint' }, { label: 'Tests' }],
  },
];

const PLAN = [
  '# Plan',
  '',
  '1. Read the README.',
  '2. Put a note into it.',
  '3. Say what was done.',
  '',
  'Nothing else is touched.',
].join('\n');

export const asks: readonly Scenario[] = [
  {
    name: 'question',
    usage: 'question',
    description: 'asks two questions, one of them with several answers',
    fits: noWords,
    run: async (turn) => {
      const input = { questions: QUESTIONS };
      const call = { name: 'AskUserQuestion', kind: 'other', title: 'Two questions', input } as const;
      const { output } = await useTool(turn, call, async (toolUseId) => {
        const answer = await turn.ask({
          kind: 'question',
          toolUseId,
          title: 'The demo agent has two questions',
          questions: QUESTIONS,
        });
        if (answer.kind !== 'question') return { output: 'No answer', isError: true };
        const lines = Object.entries(answer.answers).map(([question, chosen]) => `${question} ${chosen}`);
        return { output: lines.join('\n') || 'No answer' };
      });
      await turn.say(`You answered:\n\n${output}`);
    },
  },
  {
    name: 'plan',
    usage: 'plan',
    description: 'proposes a plan and goes on in the mode that you choose',
    fits: noWords,
    run: async (turn) => {
      const call = { name: 'ExitPlanMode', kind: 'think', title: 'A plan', input: { plan: PLAN } } as const;
      const { output } = await useTool(turn, call, async (toolUseId) => {
        const answer = await turn.ask({ kind: 'plan', toolUseId, title: 'The demo agent proposes a plan', plan: PLAN });
        if (answer.kind !== 'plan' || answer.decision === 'reject') {
          const why = answer.kind === 'plan' && answer.message ? `: ${answer.message}` : '.';
          return { output: `The plan was rejected${why}`, isError: true };
        }
        turn.changeMode(answer.mode ?? 'default');
        return { output: `The plan was approved; the mode is now ${turn.state.permissionMode}.` };
      });
      await turn.say(output);
    },
  },
];
