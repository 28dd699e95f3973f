import { spoken } from '../../blob-text.ts';
import { classifyFailure } from '../failures.ts';
import { fieldsOf, toolKind, toolTitle } from '../tool-words.ts';
import type { Output } from './output.ts';
import { planOfTodos, renameTask } from './plan.ts';
import { newlySpent } from './spent.ts';
import { readContent } from './texts.ts';
import {
  type AssistantEvent,
  type Block,
  TextBlock,
  ThinkingBlock,
  ToolResultBlock,
  ToolUseBlock,
} from './vendor-events.ts';

/** The model's name on what the CLI itself says in the assistant's stead. */
const SYNTHETIC = '<synthetic>';
/** What the CLI puts into a conversation that was cut, so that the next prompt has an answer before it. */
const FILLER = 'No response requested.';

export function adaptAssistant(event: AssistantEvent, out: Output): void {
  const synthetic = event.message.model === SYNTHETIC;
  if (event.error) {
    tellFailure(event, out);
    return;
  }
  if (!synthetic && !out.inSubagent) noteUsage(event, out);
  event.message.content.forEach((block, index) => {
    if (synthetic && block.type === 'text' && block.text === FILLER) out.status('no_response', FILLER);
    else adaptBlock(block, index, event.aborted === true, out);
  });
  if (!synthetic) tellSpent(event, out);
}

/** On the first of the event's messages: each call of a model once, subagents' too. An event that made none leaves it to the call's next. */
function tellSpent({ message: { id, model, usage } }: AssistantEvent, out: Output): void {
  const [first] = out.messages;
  const spent = first && usage ? newlySpent(out.memory, id, model, usage) : null;
  if (first && spent) first.spent = spent;
}

function tellFailure(event: AssistantEvent, out: Output): void {
  const { text } = readContent(event.message.content);
  const message = text || `The model's answer failed: ${event.error}`;
  out.add('error', 'error', { message, ...classifyFailure(message, event.error, event.api_error_status) });
  // A subagent's failure is not the turn's: that one goes on, and may still fail by itself.
  if (!out.inSubagent) out.memory.errorTold = true;
}

function noteUsage(event: AssistantEvent, out: Output): void {
  const usage = event.message.usage;
  out.memory.model = event.message.model ?? out.memory.model;
  if (!usage) return;
  const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens } = usage;
  out.memory.contextTokens = (input_tokens ?? 0) + (cache_read_input_tokens ?? 0) + (cache_creation_input_tokens ?? 0);
}

function adaptBlock(block: Block, index: number, partial: boolean, out: Output): void {
  if (!understood(block, index, partial, out)) out.add('unknown', `block-${index}`, { raw: block });
}

/** False when the block is of no kind that we know, or not of the form that its kind should have. */
function understood(block: Block, index: number, partial: boolean, out: Output): boolean {
  const cut = partial ? { partial: true } : {};
  switch (block.type) {
    case 'text': {
      const text = TextBlock.safeParse(block);
      if (text.success) out.add('text', `text-${index}`, { ...spoken(text.data.text), ...cut });
      return text.success;
    }
    case 'thinking': {
      const thinking = ThinkingBlock.safeParse(block);
      if (thinking.success) out.add('thinking', `think-${index}`, { ...spoken(thinking.data.thinking), ...cut });
      return thinking.success;
    }
    case 'redacted_thinking':
      out.add('thinking', `think-${index}`, { text: '[The vendor keeps this thought to itself.]' });
      return true;
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use': {
      const call = ToolUseBlock.safeParse(block);
      if (call.success) adaptCall(call.data, index, out);
      return call.success;
    }
    default:
      // Results of tools that run at the vendor's (web_search_tool_result…) stand in the answer itself.
      return block.type.endsWith('_tool_result') && adaptServerResult(block, index, out);
  }
}

function adaptCall({ id, name, input }: ToolUseBlock, index: number, out: Output): void {
  const { memory } = out;
  const kind = toolKind(name);
  const title = toolTitle(name, input, memory.cwd);
  out.add('tool_call', `tool-${index}`, {
    toolUseId: id,
    name,
    kind,
    ...(title === undefined ? {} : { title }),
    input,
  });
  if (kind === 'agent') memory.agents.push(id);
  if (name === 'TaskUpdate') renameTask(memory, fieldsOf(input));
  const entries = name === 'TodoWrite' ? planOfTodos(input) : null;
  if (entries) out.add('plan', `plan-${index}`, { entries });
}

function adaptServerResult(block: Block, index: number, out: Output): boolean {
  const result = ToolResultBlock.safeParse(block);
  if (!result.success) return false;
  const { tool_use_id: toolUseId, content, is_error } = result.data;
  const { text, blob } = readContent(content);
  out.add('tool_result', `result-${index}`, {
    toolUseId,
    output: text,
    ...(blob ? { outputBlob: blob } : {}),
    isError: is_error ?? false,
  });
  return true;
}
