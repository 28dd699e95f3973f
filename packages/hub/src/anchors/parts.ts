import type { MessageOf } from '@agor/protocol';

/** Longest command and longest other detail of a tool's line, in characters. */
const MAX_COMMAND_CHARS = 80;
const MAX_DETAIL_CHARS = 200;

/** A piece of a turn as it stands in an anchor. A piece is kept or left out, never cut. */
export interface Part {
  readonly kind: 'prompt' | 'words' | 'tool';
  readonly text: string;
}

export function promptPart(text: string, images: number): Part {
  const note = images === 0 ? '' : `[${images} ${images === 1 ? 'image' : 'images'} came with this]`;
  return { kind: 'prompt', text: `User: ${[text, note].filter((piece) => piece !== '').join('\n')}` };
}

/** Null for a message without words. */
export function wordsPart({ content, parentId }: Pick<MessageOf<'text'>, 'content' | 'parentId'>): Part | null {
  if (content.text.trim() === '') return null;
  const rest = content.textBlob ? '\n[the rest of this message was too long to be kept]' : '';
  return { kind: 'words', text: `${parentId === undefined ? 'Assistant' : 'Subagent'}: ${content.text}${rest}` };
}

type Call = MessageOf<'tool_call'>['content'];
type Result = MessageOf<'tool_result'>['content'];

/** A tool in one line: `[Bash npm test → 12 lines]`. */
export function toolPart(call: Call, result: Result | null): Part {
  const detail = cut(detailOf(call), call.kind === 'execute' ? MAX_COMMAND_CHARS : MAX_DETAIL_CHARS);
  const head = [cut(call.name, MAX_DETAIL_CHARS), detail].filter((piece) => piece !== '').join(' ');
  return { kind: 'tool', text: `[${head} → ${result ? outcome(result) : 'no result'}]` };
}

function detailOf({ title, kind, input }: Call): string {
  if (title) return title;
  const command =
    kind === 'execute' && typeof input === 'object' && input !== null ? Reflect.get(input, 'command') : '';
  return typeof command === 'string' ? command : '';
}

function outcome({ output, outputBlob, isError }: Result): string {
  const lines = countLines(output);
  // Of an output in a blob only the beginning stands in the event.
  return `${lines}${outputBlob ? '+' : ''} ${lines === 1 && !outputBlob ? 'line' : 'lines'}${isError ? ', failed' : ''}`;
}

function countLines(text: string): number {
  if (text === '') return 0;
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** One line, at most so long, and not cut between the two halves of a character. */
function cut(text: string, max: number): string {
  // What is far beyond the line need not be looked at.
  const line = text
    .slice(0, max * 4)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= max ? line : `${line.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
