import type { FromRunner, MachineEvent, SessionId } from '@agor/protocol';
import { BLOB_THRESHOLD_BYTES } from '@agor/protocol';
import { type Clock, delay, type Line, type Logger, type SecretRedactor } from '@agor/runtime';
import { type BlobStore, externalise } from '../blobs/index.ts';
import type { CommandLedger } from '../commands/index.ts';
import { isNoSpace, type Journal, type JournalWrite } from '../journal/index.ts';
import { DISK_RETRY_MS, MAX_BAD_LINES } from './limits.ts';
import { OpenSecrets } from './open-secrets.ts';
import type { OpenText } from './open-text.ts';
import { type BadLine, type GoodLine, parseLine } from './parse-line.ts';

export interface LineWriterDeps {
  readonly journal: Journal;
  readonly ledger: CommandLedger;
  readonly openText: OpenText;
  /** Keeps secrets out of everything that the runner says. */
  readonly redactor: SecretRedactor;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How our runners begin the line of a delta. */
const DELTA = '{"type":"agent_delta"';

type Durable = Exclude<FromRunner, { type: 'ready' | 'pong' | 'opened' | 'agent_log' | 'agent_delta' }>;

/** Takes the lines of one runner: streams pass on, everything else goes into the journal, each with what it settles. */
export class LineWriter {
  #badLines = 0;
  readonly #streams: OpenSecrets;

  constructor(
    private readonly deps: LineWriterDeps,
    private readonly sessionId: SessionId,
    private readonly onMessage: (message: FromRunner) => void,
  ) {
    this.#streams = new OpenSecrets(deps.redactor, (delta) => deps.openText.add(delta));
  }

  /** The next line must wait for the promise, if there is one: a part of this line goes to a blob first. */
  take(line: Line): Promise<void> | null {
    const parsed = parseLine(this.#clean(line), this.sessionId);
    if (!parsed.ok) {
      this.#takeBad(parsed);
      return null;
    }
    const { message } = parsed;
    let pending: Promise<void> | null = null;
    switch (message.type) {
      case 'ready':
      case 'pong':
      case 'opened':
      case 'agent_log':
        break;
      case 'agent_delta':
        this.#streams.add(message);
        break;
      default:
        pending = this.#takeDurable(message, parsed);
    }
    this.onMessage(message);
    return pending;
  }

  /** The stream is over. */
  end(): void {
    this.#streams.end();
    const unsaid = this.#badLines - MAX_BAD_LINES;
    if (unsaid > 0)
      this.deps.log.warn('bad lines that were not journaled', { sessionId: this.sessionId, lines: unsaid });
  }

  /** Deltas are cleaned as streams: a secret may be cut in any two of them. */
  #clean(line: Line): Line {
    const { redactor } = this.deps;
    return typeof line !== 'string' || line.startsWith(DELTA) ? line : redactor.jsonLine(line);
  }

  #takeDurable(message: Durable, { json }: GoodLine): Promise<void> | null {
    if (message.type === 'agent_event' && json.length * 3 > BLOB_THRESHOLD_BYTES) {
      const small = Buffer.byteLength(json) <= BLOB_THRESHOLD_BYTES;
      if (!small) return this.#takeLarge(message);
    }
    this.#append(message, json);
    return null;
  }

  #append(message: Durable, json: string): void {
    const { sessionId, deps } = this;
    const writes: JournalWrite[] = [];
    if (message.type === 'turn_ended') this.#streams.end();
    // The turn is over, so nothing will complete what is still open: what there is of it must not be lost.
    if (message.type === 'turn_ended') writes.push(...abortedBlocks(deps, sessionId));
    writes.push({
      sessionId,
      event: { json: `{"kind":"runner","sessionId":${JSON.stringify(sessionId)},"line":${json}}` },
      alongside: this.#confirms(message),
    });
    deps.journal.append(writes);
    if (message.type === 'agent_event' && message.blockId !== undefined) {
      this.#streams.drop(message.blockId);
      deps.openText.close(sessionId, message.blockId);
    }
  }

  /** A turn that began with a prompt had it: that confirms it as well as the runner's own word. */
  #confirms(message: Durable): (() => void) | undefined {
    if (message.type !== 'prompt_accepted' && message.type !== 'agent_started') return undefined;
    const { promptId } = message;
    if (promptId === undefined) return undefined;
    return () => this.deps.ledger.settleConfirmed(this.sessionId, promptId);
  }

  /** The blob is durable before the event that names it; on a full disk the line in hand waits here. */
  async #takeLarge(message: Extract<Durable, { type: 'agent_event' }>): Promise<void> {
    const { journal, blobs, clock, log } = this.deps;
    for (;;) {
      try {
        const moved = externalise(message, blobs);
        if (moved > 0) log.debug('parts of an event became blobs', { sessionId: this.sessionId, moved });
        break;
      } catch (error) {
        log.error('a blob cannot be written; trying again', { error });
        journal.hold(
          this.sessionId,
          isNoSpace(error) ? 'disk full' : `a blob cannot be written: ${(error as Error).message}`,
        );
        await delay(clock, DISK_RETRY_MS);
      }
    }
    journal.release(this.sessionId);
    this.#append(message, JSON.stringify(message));
  }

  #takeBad({ reason, head, bytes }: BadLine): void {
    this.#badLines++;
    if (this.#badLines > MAX_BAD_LINES) return;
    const last =
      this.#badLines === MAX_BAD_LINES ? ' (further bad lines of this runner are only counted, in the log)' : '';
    const { sessionId } = this;
    const clean = this.deps.redactor.text(head);
    const event: MachineEvent = { kind: 'badLine', sessionId, reason: reason + last, head: clean, bytes };
    this.deps.journal.append([{ sessionId, event }]);
  }
}

function abortedBlocks({ openText, redactor }: LineWriterDeps, sessionId: SessionId): JournalWrite[] {
  return openText
    .abort(sessionId)
    .map((block) => ({ sessionId, event: { kind: 'blockAborted', sessionId, block: redactor.value(block) } }));
}
