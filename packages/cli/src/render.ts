import type { AgentMessage, Ask } from '@agor/protocol';

const useColour = process.stdout.isTTY === true && !process.env.NO_COLOR;
const paint = (code: number) => (text: string) => (useColour ? `\x1b[${code}m${text}\x1b[0m` : text);
export const dim = paint(2);
export const bold = paint(1);
export const red = paint(31);
export const green = paint(32);
export const yellow = paint(33);

/** Lines of a tool's output that a terminal gets; the face and `--json` have all of it. */
const OUTPUT_LINES = 12;

/** A message as a terminal shows it, or null for what only programs want. */
export function render(message: AgentMessage): string | null {
  const text = renderType(message);
  return text === null ? null : message.parentId ? indent(text) : text;
}

function renderType(message: AgentMessage): string | null {
  switch (message.type) {
    case 'prompt':
      return bold(`> ${clean(message.content.text)}`);
    case 'text':
      return clean(message.content.text);
    case 'thinking':
      return dim(clean(message.content.text));
    case 'tool_call':
      return `${bold(clean(message.content.name))} ${clean(message.content.title ?? '')}`;
    case 'tool_result':
      return indent(dim(shorten(clean(message.content.output))));
    case 'error':
      return red(clean(message.content.message));
    case 'cost':
      return dim(costLine(message.content));
    case 'compaction':
      return dim(`conversation compacted (${message.content.preTokens} tokens before)`);
    case 'permissionRequest':
    case 'question':
      return renderAsk(message.content.ask);
    case 'plan':
      return message.content.entries.map((e) => `${MARK[e.status]} ${clean(e.content)}`).join('\n');
    case 'status':
      return message.content.message ? dim(clean(message.content.message)) : null;
    default:
      return null;
  }
}

const MARK = { pending: '[ ]', in_progress: '[~]', completed: '[x]' } as const;

/** An ask with the commands that answer it. */
export function renderAsk(ask: Ask): string {
  const lines = [yellow(`${bold('Needs you:')} ${clean(ask.title)}`)];
  if (ask.kind === 'permission') {
    if (ask.description) lines.push(indent(clean(ask.description)));
    if (ask.reason) lines.push(indent(dim(clean(ask.reason))));
    lines.push(indent(dim(`agor answer ${ask.id} allow|${ask.alwaysLabel ? 'always|' : ''}deny`)));
  } else if (ask.kind === 'question') {
    for (const question of ask.questions) {
      lines.push(indent(clean(question.question)));
      for (const option of question.options) lines.push(indent(indent(`- ${clean(option.label)}`)));
    }
    lines.push(indent(dim(`agor answer ${ask.id} <text>`)));
  } else {
    lines.push(indent(clean(ask.plan)), indent(dim(`agor answer ${ask.id} allow|deny|<what to change>`)));
  }
  return lines.join('\n');
}

function costLine(cost: Extract<AgentMessage, { type: 'cost' }>['content']): string {
  const seconds = (cost.durationMs / 1000).toFixed(1);
  return `$${cost.totalCostUsd.toFixed(4)} · ${cost.inputTokens} in, ${cost.outputTokens} out · ${seconds} s`;
}

function shorten(text: string): string {
  const lines = text.split('\n');
  if (lines.length <= OUTPUT_LINES) return text;
  return [...lines.slice(0, OUTPUT_LINES), `… ${lines.length - OUTPUT_LINES} more lines`].join('\n');
}

export function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}

/**
 * What an agent, a file or a repository says must not steer the person's terminal, nor show an ask in another order than it has: control
 * characters other than newline and tab, and those that turn the direction of text, are shown, not sent.
 */
export function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, (c) => (c === '\r' ? '' : '\ufffd'));
}

/** As `clean`, on one line: for names and titles in lists. */
export function cleanLine(text: string): string {
  return clean(text.replace(/[\n\t]/g, ' '));
}
