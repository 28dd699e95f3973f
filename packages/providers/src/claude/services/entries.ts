import { z } from 'zod';
import { Block } from '../adapter/vendor-events.ts';

/**
 * One line of a transcript, as far as we read it. The format is the CLI's own and not promised: what does not fit is passed over, and
 * everything is optional that can be.
 */
export const Entry = z.looseObject({
  type: z.string(),
  subtype: z.string().optional(),
  uuid: z.string().optional(),
  parentUuid: z.string().nullish(),
  /** Across a compaction, where `parentUuid` is null. */
  logicalParentUuid: z.string().nullish(),
  isSidechain: z.boolean().optional(),
  isMeta: z.boolean().optional(),
  isCompactSummary: z.boolean().optional(),
  timestamp: z.string().optional(),
  cwd: z.string().optional(),
  sessionId: z.string().optional(),
  error: z.string().optional(),
  message: z
    .looseObject({
      id: z.string().optional(),
      content: z.union([z.string(), z.array(Block)]).optional(),
    })
    .optional(),
});
export type Entry = z.infer<typeof Entry>;

/** Lines that repeat what went over the wire: most of a transcript's bytes, and nothing of them is shown. */
const WIRE = /^\{"type":"(api-request|atis-latch|queue-operation|tools-used|file-history)/;

/** The entry of a line, or null when it says nothing to us. */
export function readEntry(line: string): Entry | null {
  if (line === '' || WIRE.test(line)) return null;
  try {
    const entry = Entry.safeParse(JSON.parse(line));
    return entry.success ? entry.data : null;
  } catch {
    return null; // the first or last line of a piece, or one that is just being written
  }
}

const COMMAND = /<command-name>([^<]*)<\/command-name>/;
const COMMAND_ARGS = /<command-args>([\s\S]*?)<\/command-args>/;
/** What the CLI writes in the person's name. */
const NOT_THE_PERSON =
  /^(<local-command-|<task-notification>|<bash-(input|stdout|stderr)>|\[Request interrupted by user|Caveat: )/;

/** What the person said with this entry; null when it is a tool's result or the CLI's own. A command is said as it was typed. */
export function promptOf(entry: Entry): string | null {
  if (entry.type !== 'user' || entry.isMeta || entry.isCompactSummary || entry.isSidechain) return null;
  const content = entry.message?.content;
  if (content === undefined) return null;
  if (typeof content !== 'string' && content.some((block) => block.type === 'tool_result')) return null;
  const parts = typeof content === 'string' ? [content] : content.map(partOf).filter((part) => part !== '');
  const text = parts.join('\n').trim();
  const command = COMMAND.exec(text)?.[1];
  if (command !== undefined) return `${command} ${COMMAND_ARGS.exec(text)?.[1] ?? ''}`.trim();
  return text === '' || NOT_THE_PERSON.test(text) ? null : text;
}

function partOf(block: Block): string {
  if (block.type === 'text' && typeof block.text === 'string') return block.text;
  return block.type === 'image' ? '[image]' : '';
}
