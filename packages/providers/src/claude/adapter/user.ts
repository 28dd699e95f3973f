import { z } from 'zod';
import { blobOf, Text } from '../../blob-text.ts';
import { shortPath } from '../tool-words.ts';
import { diffsOf } from './diffs.ts';
import type { Output } from './output.ts';
import { planOfTasks } from './plan.ts';
import { readContent, textOf, withoutReminders } from './texts.ts';
import { type Block, TextBlock, ToolResultBlock, type UserEvent } from './vendor-events.ts';

const LOCAL_OUTPUT = /^<local-command-(stdout|stderr)>([\s\S]*)<\/local-command-\1>$/;
const INTERRUPTED = /^\[Request interrupted by user/;
const CALL_CUT = /^(\[Tool call interrupted|\[Request interrupted|The user doesn't want to proceed with this tool use)/;
const SUMMARY = /^This session is being continued from a previous conversation/;
const EXIT_CODE = /^(?:Error: )?Exit code (\d+)(?:\n|$)/;

/** Tool results, the CLI's own words to the model, and what its local commands print. */
export function adaptUser(event: UserEvent, out: Output): void {
  const { content } = event.message;
  if (!Array.isArray(content)) {
    adaptWords(textOf(Text.parse(content)), event, out);
    return;
  }
  content.forEach((block: Block, index) => {
    const result = block.type === 'tool_result' ? ToolResultBlock.safeParse(block) : null;
    const text = block.type === 'text' ? TextBlock.safeParse(block) : null;
    if (result?.success) adaptResult(result.data, index, event, out);
    else if (text?.success) adaptWords(textOf(text.data.text), event, out);
    else if (block.type === 'image') out.status('image', readContent([block]).text);
    else out.add('unknown', `block-${index}`, { raw: block });
  });
}

function adaptWords(text: string, event: UserEvent, out: Output): void {
  const [, , printed] = LOCAL_OUTPUT.exec(text) ?? [];
  if (printed !== undefined) out.status('command_output', printed.trim());
  else if (INTERRUPTED.test(text)) out.status('interrupted', 'Interrupted');
  else if (SUMMARY.test(text)) out.status('summary', withoutReminders(text).trim());
  // Its task_started told the same, if it came.
  else if (out.inSubagent) {
    if (!out.memory.tasks.some(({ toolUseId }) => toolUseId === event.parent_tool_use_id))
      out.status('subagent_prompt', text);
  }
  // The person's own prompt comes back only when it is replayed; the log has it from its queue.
  else if (event.isReplay) return;
  else out.status(event.isSynthetic ? 'note_to_model' : 'user_text', text);
}

const Shell = z.object({
  stdout: Text,
  stderr: Text.default(''),
  interrupted: z.boolean().default(false),
  backgroundTaskId: z.string().optional(),
  returnCodeInterpretation: z.string().optional(),
  persistedOutputPath: z.string().optional(),
  persistedOutputSize: z.number().optional(),
});
type Shell = z.infer<typeof Shell>;

function adaptResult(result: ToolResultBlock, index: number, event: UserEvent, out: Output): void {
  const { memory } = out;
  const toolUseId = result.tool_use_id;
  const content = readContent(result.content);
  const shell = Shell.safeParse(event.tool_use_result);
  const report = Report.safeParse(event.tool_use_result);
  const isError = result.is_error ?? false;
  const meta = event.tool_result_meta?.find((each) => each.id === toolUseId);
  const cut = meta?.non_execution_kind === 'user-rejected' && CALL_CUT.test(content.text);
  const [exitLine, exitText] = (isError && EXIT_CODE.exec(content.text)) || [];

  let output = withoutReminders(content.text);
  let blob = content.blob;
  let exitCode: number | undefined;
  if (shell.success && shell.data.backgroundTaskId === undefined) {
    output = shellOutput(shell.data);
    blob = blobOf(shell.data.stdout) ?? blobOf(shell.data.stderr);
    const known = !shell.data.interrupted && shell.data.returnCodeInterpretation === undefined && !isError;
    exitCode = known ? 0 : undefined;
  } else if (exitLine !== undefined) {
    output = output.slice(exitLine.length);
    exitCode = Number(exitText);
  } else if (report.success) {
    output = reportText(report.data) ?? output;
  }
  const interrupted = cut || CALL_CUT.test(content.text) || (shell.success && shell.data.interrupted);
  const diffs = diffsOf(event.tool_use_result, (path) => shortPath(memory.cwd, path));
  out.add('tool_result', `result-${index}`, {
    toolUseId,
    output: cut ? 'Interrupted before it ended.' : output,
    ...(blob ? { outputBlob: blob } : {}),
    isError,
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(diffs ? { diffs } : {}),
    ...(content.images.length > 0 ? { images: content.images } : {}),
    ...(interrupted ? { interrupted: true } : {}),
  });
  const plan = out.inSubagent ? null : planOfTasks(memory, event.tool_use_result);
  if (plan) out.add('plan', `plan-${index}`, { entries: plan });
  reportBack(toolUseId, isError, report.success ? report.data : null, output, out);
}

/** `tool_use_result` of an Agent call. */
const Report = z.object({
  status: z.string(),
  agentId: z.string(),
  content: z.array(z.looseObject({ type: z.string() })).optional(),
  totalDurationMs: z.number().nonnegative().optional(),
  totalTokens: z.number().nonnegative().optional(),
  totalToolUseCount: z.number().int().nonnegative().optional(),
});
type Report = z.infer<typeof Report>;

/** A subagent's report without what is wrapped around it for the model. */
function reportText(report: Report): string | undefined {
  if (report.status === 'async_launched') return 'It works in the background.';
  return report.content && withoutReminders(readContent(report.content).text).trim();
}

/** A subagent in the foreground ends with the result of its call, whether or not a notification came before. */
function reportBack(toolUseId: string, isError: boolean, report: Report | null, output: string, out: Output): void {
  if (!out.memory.agents.includes(toolUseId) || report?.status === 'async_launched') return;
  out.memory.agents = out.memory.agents.filter((id) => id !== toolUseId);
  const cut = isError && CALL_CUT.test(output);
  out.add('subagent', `agent-${toolUseId}`, {
    toolUseId,
    state: cut ? 'stopped' : isError ? 'failed' : 'done',
    ...(report?.totalTokens === undefined ? {} : { totalTokens: report.totalTokens }),
    ...(report?.totalToolUseCount === undefined ? {} : { toolUses: report.totalToolUseCount }),
    ...(report?.totalDurationMs === undefined ? {} : { durationMs: report.totalDurationMs }),
  });
}

function shellOutput({ stdout, stderr, persistedOutputPath, persistedOutputSize }: Shell): string {
  const parts = [textOf(stdout), textOf(stderr)].filter((part) => part !== '');
  if (persistedOutputPath !== undefined) {
    const size = persistedOutputSize === undefined ? '' : ` (${persistedOutputSize} bytes)`;
    parts.push(`[… shortened by Claude; the whole output${size} is in ${persistedOutputPath}]`);
  }
  return parts.join('\n');
}
