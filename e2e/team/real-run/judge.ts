import { type MessagesRequest, resultText } from '../../standins/anthropic-request.ts';
import { type Part, text, toolUse } from '../../standins/anthropic-script.ts';
import { type ToolCall, toldTexts, toolCalls } from './conversation.ts';

/** A message of agor's with its own id, so that one that comes up twice in a request is taken for one. */
const READY = /message (\w{8}):\nTask ready for review: (.+?) \((\w{8})\)/g;
/** What is looked at, from the folder above the projects. */
const FILES: readonly (readonly [word: string, file: string])[] = [
  ['page', 'web/page.html'],
  ['answer', 'api/answer.ts'],
];
export const FAULT = 'The page has no title.';

/** The reviewer's model: it looks at each change itself, in its shell, and says what came of it. All by the commands. */
export function judge(request: MessagesRequest): Part[] {
  const told = toldTexts(request).join('\n');
  const ready = new Map(
    [...told.matchAll(READY)].map(([, message = '', title = '', id = '']) => [message, { title, id }]),
  );
  const commands = toolCalls(request).filter(({ name }) => name === 'Bash');
  for (const { id, title } of ready.values()) {
    const due = [...ready.values()].filter((one) => one.id === id).length;
    const looks = commands.filter((call) => commandOf(call).startsWith(`bttask show ${id}`));
    const verdicts = commands.filter((call) => commandOf(call).includes(`bttask status ${id}`));
    if (verdicts.length < looks.length) return [text('I have seen it.'), bash(verdictOn(id, title, looks.at(-1)))];
    if (looks.length < due) return [bash(`bttask show ${id} && cat ${fileFor(title)}`)];
  }
  return [text('Nothing else is ready.')];
}

function verdictOn(id: string, title: string, look: ToolCall | undefined): string {
  if (title.includes('page') && !resultText(look?.result).includes('<title>'))
    return `bttask comment ${id} "${FAULT}" && bttask status ${id} progress && btmsg channel send review-log "${title}: sent back"`;
  return `bttask status ${id} done && btmsg channel send review-log "${title}: approved"`;
}

function fileFor(title: string): string {
  return FILES.find(([word]) => title.includes(word))?.[1] ?? '';
}

function bash(command: string): Part {
  return toolUse('Bash', { command, description: 'Review' });
}

function commandOf({ input }: ToolCall): string {
  return (input as { command?: string }).command ?? '';
}
