import type { BlockId, FileDiff, ToolKind } from '@agor/protocol';
import { lineDiff } from '../line-diff.ts';
import { FileRefused, readIfThere, readProjectFile, writeProjectFile } from './project-files.ts';
import { runCommand } from './run-command.ts';
import { type DemoTurn, Interrupted } from './turn.ts';

export interface ToolCall {
  readonly name: string;
  readonly kind: ToolKind;
  readonly title: string;
  readonly input: Record<string, unknown>;
}

export interface ToolOutcome {
  readonly output: string;
  readonly isError?: boolean;
  readonly exitCode?: number;
  readonly diffs?: FileDiff[];
  /** The open block that streamed the output. */
  readonly blockId?: BlockId;
}

/** Announces a tool call, does it, and tells its result; an interrupt is told as the call's result too. */
export async function useTool(
  turn: DemoTurn,
  call: ToolCall,
  work: (toolUseId: string) => Promise<ToolOutcome>,
): Promise<ToolOutcome> {
  const toolUseId = await announce(turn, call);
  const started = performance.now();
  const durationMs = () => Math.round(performance.now() - started);
  try {
    const { blockId, ...outcome } = await work(toolUseId);
    await turn.emit({ type: 'toolResult', toolUseId, durationMs: durationMs(), ...outcome }, blockId);
    return outcome;
  } catch (error) {
    if (error instanceof Interrupted) {
      await turn.emit({ type: 'toolResult', toolUseId, output: 'Interrupted', isError: true, interrupted: true });
      throw error;
    }
    if (!(error instanceof FileRefused)) throw error;
    const outcome = { output: error.message, isError: true };
    await turn.emit({ type: 'toolResult', toolUseId, durationMs: durationMs(), ...outcome });
    return outcome;
  }
}

export async function announce(turn: DemoTurn, call: ToolCall): Promise<string> {
  const toolUseId = `tool-${turn.nextId()}`;
  await turn.emit({ type: 'toolCall', toolUseId, ...call });
  return toolUseId;
}

const DENIED = 'The person did not allow this';

/**
 * Whether the tool may go on, by the permission mode or the person's word. Null = yes; else the outcome to tell instead. The person may have
 * changed the input: `input` is then replaced in place.
 */
async function refusal(turn: DemoTurn, call: ToolCall, toolUseId: string): Promise<ToolOutcome | null> {
  const mode = turn.state.permissionMode;
  if (mode === 'plan') return { output: 'Plan mode: nothing is changed or run.', isError: true };
  if (mode === 'bypassPermissions' || turn.state.allowed.has(call.name)) return null;
  if (mode === 'acceptEdits' && (call.kind === 'edit' || call.kind === 'write')) return null;
  const answer = await turn.ask({
    kind: 'permission',
    toolUseId,
    toolName: call.name,
    title: call.title,
    input: call.input,
    alwaysLabel: `Always allow ${call.name} in this project`,
    alwaysScope: 'tool',
  });
  if (answer.kind !== 'permission' || answer.decision === 'deny') {
    const word = answer.kind === 'permission' && answer.message ? `: ${answer.message}` : '.';
    return { output: `${DENIED}${word}`, isError: true };
  }
  if (answer.decision === 'always') turn.state.allowed.add(call.name);
  if (typeof answer.updatedInput === 'object' && answer.updatedInput) Object.assign(call.input, answer.updatedInput);
  return null;
}

/** Reads a file; never asks. */
export function read(turn: DemoTurn, path: string): Promise<ToolOutcome> {
  const call = { name: 'Read', kind: 'read', title: path, input: { file_path: path } } as const;
  return useTool(turn, call, async () => ({ output: await readProjectFile(turn.cwd, path) }));
}

/** Runs a command that only reads; never asks. */
export function look(turn: DemoTurn, command: string): Promise<ToolOutcome> {
  const call = { name: 'Bash', kind: 'execute', title: command, input: { command } } as const;
  return useTool(turn, call, (toolUseId) => runCommand(turn, command, toolUseId));
}

/** Runs a command after asking. */
export function run(turn: DemoTurn, command: string): Promise<ToolOutcome> {
  const call: ToolCall = { name: 'Bash', kind: 'execute', title: command, input: { command } };
  return useTool(
    turn,
    call,
    async (toolUseId) =>
      (await refusal(turn, call, toolUseId)) ?? (await runCommand(turn, String(call.input.command), toolUseId)),
  );
}

/** Writes a whole file after asking. */
export function write(turn: DemoTurn, path: string, content: string): Promise<ToolOutcome> {
  const call: ToolCall = {
    name: 'Write',
    kind: 'write',
    title: `Write ${path}`,
    input: { file_path: path, content },
  };
  return useTool(turn, call, async (toolUseId) => {
    const before = await readIfThere(turn.cwd, path);
    const refused = await refusal(turn, call, toolUseId);
    if (refused) return refused;
    const text = String(call.input.content);
    await writeProjectFile(turn.cwd, path, text);
    const diff = lineDiff(path, before, text);
    return { output: `Wrote ${path} (${text.length} characters)`, diffs: diff ? [diff] : [] };
  });
}

/** Replaces a text in a file after asking. */
export function edit(turn: DemoTurn, path: string, oldText: string, newText: string): Promise<ToolOutcome> {
  const call: ToolCall = {
    name: 'Edit',
    kind: 'edit',
    title: `Edit ${path}`,
    input: { file_path: path, old_string: oldText, new_string: newText },
  };
  return useTool(turn, call, async (toolUseId) => {
    if (!(await readProjectFile(turn.cwd, path)).includes(oldText)) {
      return { output: `${path} does not contain the text to replace`, isError: true };
    }
    const refused = await refusal(turn, call, toolUseId);
    if (refused) return refused;
    // Read again: the person may have taken an hour to answer.
    const before = await readProjectFile(turn.cwd, path);
    const after = before.replace(String(call.input.old_string), () => String(call.input.new_string));
    if (after === before) return { output: `${path} was changed meanwhile; nothing was replaced`, isError: true };
    await writeProjectFile(turn.cwd, path, after);
    const diff = lineDiff(path, before, after);
    return { output: `Edited ${path}`, diffs: diff ? [diff] : [] };
  });
}
