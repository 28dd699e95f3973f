import { MAX_FILE_CHUNK_BYTES, type RawFile } from '@agor/protocol';
import { z } from 'zod';
import type { Machine } from '../core/index.ts';

const Chunk = z.object({ data: z.base64() });

/** A file of a project as it is, read from its machine piece by piece: the next is asked for when the reader has room. */
export class RawFileStream {
  readonly size: number;
  readonly version: string;
  readonly head: Uint8Array;

  constructor(
    private readonly machine: Pick<Machine, 'request'>,
    private readonly place: { readonly root: string; readonly path: string },
    { size, version, head }: RawFile,
  ) {
    this.size = size;
    this.version = version;
    this.head = new Uint8Array(Buffer.from(head, 'base64'));
  }

  /** The bytes from `start` to `end`, both included. It errors when the file changes meanwhile: parts of two versions are no file. */
  stream(start: number, end: number, signal: AbortSignal): ReadableStream<Uint8Array> {
    let at = start;
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          if (at > end) return controller.close();
          const length = Math.min(MAX_FILE_CHUNK_BYTES, end - at + 1);
          const params = { ...this.place, version: this.version, offset: at, length };
          const { data } = Chunk.parse(await this.machine.request('files.chunk', params, { signal }));
          const bytes = new Uint8Array(Buffer.from(data, 'base64'));
          if (bytes.byteLength === 0) return controller.close(); // shorter than it said: the length tells the reader
          at += bytes.byteLength;
          controller.enqueue(bytes);
          if (at > end) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
  }
}
