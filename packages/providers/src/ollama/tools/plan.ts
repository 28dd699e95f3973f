import { z } from 'zod';
import { defineTool, type Tool, type ToolOutcome, type ToolRun } from './tool.ts';

/** How a model in plan mode asks for its plan to be accepted; `propose` puts it to the person. */
export function planTool(propose: (plan: string, run: ToolRun) => Promise<ToolOutcome>): Tool {
  return defineTool({
    name: 'PresentPlan',
    description: 'Shows the person your finished plan and asks whether you may carry it out. Only in plan mode.',
    kind: 'think',
    readOnly: true,
    schema: z.object({ plan: z.string().min(1).describe('The plan, in markdown') }),
    aliases: { text: 'plan', content: 'plan' },
    title: () => 'A plan',
    consent: async () => ({ ruleName: null, edits: false, title: 'A plan' }),
    run: ({ plan }, run) => propose(plan, run),
  });
}
