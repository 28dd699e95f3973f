import type { FileDiff } from '@agor/protocol';
import { z } from 'zod';
import { Text } from '../../blob-text.ts';
import { textOf } from './texts.ts';

const Hunk = z.object({
  oldStart: z.number(),
  oldLines: z.number(),
  newStart: z.number(),
  newLines: z.number(),
  /** A line as long as a blob shows its beginning. */
  lines: z.array(Text.transform((line) => textOf(line).replaceAll('\n', ' '))),
});
type Hunk = z.infer<typeof Hunk>;

/** `tool_use_result` of Edit, MultiEdit and Write. */
const FileChange = z.object({
  type: z.enum(['create', 'update']).optional(),
  filePath: z.string(),
  structuredPatch: z.array(Hunk),
  content: Text.optional(),
});

/** The file's change that a tool result tells; none when it is no change or came without lines. */
export function diffsOf(toolUseResult: unknown, shorten: (path: string) => string): FileDiff[] | undefined {
  const change = FileChange.safeParse(toolUseResult);
  if (!change.success) return undefined;
  const { type, filePath, structuredPatch, content } = change.data;
  const hunks = structuredPatch.length === 0 && type === 'create' ? [creation(content)] : structuredPatch;
  const lines = hunks.flatMap((hunk) => hunk.lines);
  if (lines.length === 0 && type !== 'create') return undefined;
  return [
    {
      path: shorten(filePath),
      patch: hunks.map(patchOf).join(''),
      added: lines.filter((line) => line.startsWith('+')).length,
      removed: lines.filter((line) => line.startsWith('-')).length,
      change: type === 'create' ? 'add' : 'update',
    },
  ];
}

function creation(content: Text | undefined): Hunk {
  const text = content === undefined ? '' : textOf(content);
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  return { oldStart: 0, oldLines: 0, newStart: 1, newLines: lines.length, lines: lines.map((line) => `+${line}`) };
}

function patchOf({ oldStart, oldLines, newStart, newLines, lines }: Hunk): string {
  if (lines.length === 0) return '';
  return `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@\n${lines.join('\n')}\n`;
}
