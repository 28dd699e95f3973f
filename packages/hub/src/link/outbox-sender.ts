import type { CommandId, LinkCommand } from '@agor/protocol';
import type { Clock, Logger, Timer } from '@agor/runtime';
import type { HubDatabase } from '../database/index.ts';
import type { Outbox, OutboxEntry } from '../outbox/index.ts';
import type { Connection } from './connection.ts';

/** Commands on their way at once; the others wait for acknowledgements. */
const WINDOW = 256;
/** Of commands in one message, about: a prompt can have millions of bytes, and the machine ends a connection whose messages are too large. */
const MESSAGE_CHARS = 4 * 1024 * 1024;
/** Without an acknowledgement for so long, everything is sent again. In ms. */
const REPEAT_MS = 10_000;

/** Sends the outbox over one connection, in its order, and forgets what the machine has. */
export class OutboxSender {
  #position = 0;
  #unacknowledged = 0;
  #repeat: Timer | null = null;
  #closed = false;

  constructor(
    private readonly connection: Connection,
    private readonly outbox: Outbox,
    private readonly db: HubDatabase,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  send(): void {
    if (this.#closed) return;
    for (;;) {
      const room = WINDOW - this.#unacknowledged;
      const entries = room > 0 ? this.outbox.after(this.#position, room) : [];
      const last = entries.at(-1);
      if (!last) break;
      this.#position = last.position;
      this.#unacknowledged += entries.length;
      for (const commands of inMessages(entries)) this.connection.send({ t: 'command', commands });
    }
    if (this.#unacknowledged > 0) this.#repeat ??= this.clock.setTimeout(() => this.#again(), REPEAT_MS);
  }

  acknowledged(ids: readonly CommandId[]): void {
    try {
      this.db.write(() => this.outbox.acknowledge(ids));
    } catch (error) {
      // They stay in the outbox and are acknowledged again when they are sent again; the machine does each once.
      this.logger.warn('acknowledged commands could not be taken from the outbox', { error });
    }
    this.#unacknowledged = Math.max(0, this.#unacknowledged - ids.length);
    this.#repeat?.cancel();
    this.#repeat = null;
    this.send();
  }

  close(): void {
    this.#closed = true;
    this.#repeat?.cancel();
  }

  #again(): void {
    this.#repeat = null;
    this.#position = 0;
    this.#unacknowledged = 0;
    this.send();
  }
}

/** In order; one that is larger than a message should be goes alone. */
function* inMessages(entries: readonly OutboxEntry[]): Generator<LinkCommand[]> {
  let message: LinkCommand[] = [];
  let chars = 0;
  for (const { id, command, chars: size } of entries) {
    if (message.length > 0 && chars + size > MESSAGE_CHARS) {
      yield message;
      message = [];
      chars = 0;
    }
    message.push({ id, command });
    chars += size;
  }
  if (message.length > 0) yield message;
}
