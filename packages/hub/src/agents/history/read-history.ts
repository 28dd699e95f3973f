import { type HistoryItem, MAX_HISTORY_CHARS, type SessionEvent, type SessionId } from '@agor/protocol';
import type { EventLog } from '../../log/index.ts';
import { buildHistory } from './build-history.ts';

const PAGE = 500;
/** Pages that are looked through for the text of a prompt that waited in the queue for long. */
const MAX_TEXT_PAGES = 10;

/** What was said in a session since its last compaction, bounded by MAX_HISTORY_CHARS; read from the log's end backwards. */
export function historyOf(log: EventLog, id: SessionId): HistoryItem[] {
  const pages: SessionEvent[][] = [];
  let before = Number.MAX_SAFE_INTEGER;
  let chars = 0;
  const readOlder = (): boolean => {
    const { events, hasOlder } = log.page(id, before, PAGE);
    pages.push(events);
    before = events[0]?.seq ?? 1;
    return hasOlder;
  };
  let more = true;
  let isWhole = false;
  while (more && !isWhole && chars <= MAX_HISTORY_CHARS) {
    more = readOlder();
    const page = pages.at(-1) ?? [];
    chars += page.reduce((sum, event) => sum + charsOf(event), 0);
    isWhole = page.some(isSummary);
  }
  for (let i = 0; more && i < MAX_TEXT_PAGES && lacksText(pages); i++) more = readOlder();
  return buildHistory(pages.reverse().flat());
}

function isSummary(event: SessionEvent): boolean {
  return event.kind === 'message' && event.message.type === 'compaction' && event.message.content.summary !== undefined;
}

/** What an event adds to a history, roughly. */
function charsOf(event: SessionEvent): number {
  if (event.kind === 'promptQueued') return event.prompt.text.length;
  if (event.kind !== 'message' || event.message.parentId !== undefined) return 0;
  const { type, content } = event.message;
  if (type === 'text') return content.text.length;
  if (type === 'tool_call') return JSON.stringify(content.input)?.length ?? 0;
  return type === 'tool_result' ? content.output.length : 0;
}

function lacksText(pages: readonly SessionEvent[][]): boolean {
  const events = pages.flat();
  const known = new Set(events.flatMap((event) => (event.kind === 'promptQueued' ? [event.prompt.id] : [])));
  return events.some(
    (event) =>
      (event.kind === 'turnStarted' || event.kind === 'promptDelivered') &&
      event.promptId !== undefined &&
      !known.has(event.promptId),
  );
}
