import { readFileSync, statSync } from 'node:fs';
import type { AgentMessage, BlobRef, ExportOptions, SessionEvent, SessionId, SessionState } from '@agor/protocol';
import { blobPath, type SecretRedactor } from '@agor/runtime';
import type { Core } from '../core/index.ts';
import { SNIFF_BYTES, sniffImage } from '../sniff-image.ts';

/** Events that are in memory at a time. */
const PAGE = 200;
/** Of one long text; what is longer ends with words that say so. */
const MAX_TEXT_BYTES = 1024 * 1024;
/** Of one image, and of all in one export; more are only named. */
const MAX_IMAGE_BYTES = 4 * 1024 * 1024;
const MAX_IMAGES_BYTES = 32 * 1024 * 1024;

export interface ExportSource {
  readonly options: ExportOptions;
  readonly state: SessionState;
  readonly redactor: SecretRedactor;
  /** All of them, oldest first, without secrets and without what was left out. */
  events(): Iterable<SessionEvent>;
  /** The whole text where an event has its beginning only. */
  whole(text: string, ref: BlobRef | undefined): string;
  /** As a `data:` address; null when it is no image, gone, or too large. */
  image(ref: BlobRef): string | null;
}

export interface SourceDeps {
  readonly sessions: Pick<Core['sessions'], 'state' | 'eventsAfter'>;
  readonly blobsDir: string;
  readonly redactor: SecretRedactor;
}

/** One export's view of a session. Throws `Failure` NOT_FOUND when there is no such session. */
export function exportSource(deps: SourceDeps, sessionId: SessionId, options: ExportOptions): ExportSource {
  const { sessions, blobsDir, redactor } = deps;
  const state = redactor.value(sessions.state(sessionId));
  let images = 0;
  function* events(): Generator<SessionEvent> {
    let after = 0;
    for (;;) {
      const page = sessions.eventsAfter(sessionId, after, PAGE);
      for (const event of page) {
        // What is said while it is being exported belongs to the next one.
        if (event.seq > state.seq) return;
        const kept = withoutLeftOut(event, options);
        if (kept) yield redactor.value(kept);
      }
      after = page.at(-1)?.seq ?? after;
      if (page.length < PAGE) return;
    }
  }
  return {
    options,
    state,
    redactor,
    events,
    whole: (text, ref) => (ref ? redactor.text(wholeText(blobsDir, text, ref)) : text),
    image: (ref) => {
      if (images + ref.size > MAX_IMAGES_BYTES) return null;
      const data = imageData(blobsDir, ref);
      if (data !== null) images += ref.size;
      return data;
    },
  };
}

function withoutLeftOut(event: SessionEvent, { toolOutput, thinking }: ExportOptions): SessionEvent | null {
  if (event.kind !== 'message') return event;
  const { message } = event;
  if (message.type === 'thinking' && !thinking) return null;
  if (message.type !== 'tool_result' || toolOutput) return event;
  const { toolUseId, isError, exitCode, durationMs, interrupted } = message.content;
  const content = { toolUseId, isError, exitCode, durationMs, interrupted, output: '' };
  return { ...event, message: { ...message, content } satisfies AgentMessage };
}

function wholeText(blobsDir: string, beginning: string, ref: BlobRef): string {
  try {
    const path = blobPath(blobsDir, ref.blob);
    if (statSync(path).size > MAX_TEXT_BYTES) return `${beginning}\n[… ${ref.size} bytes in all, left out here]`;
    return readFileSync(path, 'utf8');
  } catch {
    return `${beginning}\n[… the rest is not kept any more]`; // swept, or never came
  }
}

function imageData(blobsDir: string, { blob, size }: BlobRef): string | null {
  if (size > MAX_IMAGE_BYTES) return null;
  try {
    const bytes = readFileSync(blobPath(blobsDir, blob));
    const type = bytes.byteLength > MAX_IMAGE_BYTES ? null : sniffImage(bytes.subarray(0, SNIFF_BYTES));
    return type && `data:${type};base64,${bytes.toString('base64')}`;
  } catch {
    return null; // swept: the export names it
  }
}
