import type { BlockId, RunnerDelta } from '@agor/protocol';
import { RedactedStream, type SecretRedactor } from '@agor/runtime';

/** Blocks that stream at a time in one session; of more, the oldest is given on as it is held. */
const MAX_STREAMS = 256;

interface Stream {
  readonly text: RedactedStream;
  last: RunnerDelta;
}

/** The streams of one runner on their way to those who watch: without secrets, wherever the deltas are cut. */
export class OpenSecrets {
  readonly #streams = new Map<BlockId, Stream>();

  constructor(
    private readonly redactor: SecretRedactor,
    private readonly pass: (delta: RunnerDelta) => void,
  ) {}

  add(delta: RunnerDelta): void {
    // Nothing is stored, and nothing held: what looks like a key is taken out of the complete message.
    if (this.redactor.size === 0 && this.#streams.size === 0) {
      this.pass(delta);
      return;
    }
    const stream = this.#streamOf(delta);
    stream.last = delta;
    this.pass({ ...delta, text: stream.text.push(delta.text) });
  }

  /** The complete message has come, without secrets: what is held is of no use any more. */
  drop(blockId: BlockId): void {
    this.#streams.delete(blockId);
  }

  /** Nothing follows. */
  end(): void {
    for (const { text, last } of this.#streams.values()) this.pass({ ...last, text: text.end() });
    this.#streams.clear();
  }

  #streamOf(delta: RunnerDelta): Stream {
    const known = this.#streams.get(delta.blockId);
    if (known) return known;
    const stream = { text: new RedactedStream(this.redactor), last: delta };
    this.#streams.set(delta.blockId, stream);
    const [oldest] = this.#streams.entries();
    if (oldest && this.#streams.size > MAX_STREAMS) {
      this.#streams.delete(oldest[0]);
      this.pass({ ...oldest[1].last, text: oldest[1].text.end() });
    }
    return stream;
  }
}
