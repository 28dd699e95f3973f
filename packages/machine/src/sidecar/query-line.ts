import {
  type ImageInput,
  MAX_SIDECAR_LINE_BYTES,
  type MachineCommand,
  type RunOptions,
  type ToRunner,
} from '@agor/protocol';
import { err, ok, type Result } from '@agor/runtime';
import type { BlobStore } from '../blobs/index.ts';
import type { CommandFailure } from './failure.ts';

type Query = Extract<MachineCommand, { kind: 'query' }>;

/** What a runner is told of a query: images that are blobs are put in, because a runner reads none of agor's folders. */
export function queryLine(query: Query, options: RunOptions, blobs: BlobStore): Result<ToRunner, CommandFailure> {
  const { sessionId, promptId, prompt, steer, traceparent } = query;
  const images: ImageInput[] = [];
  for (const image of query.images) {
    const inlined = inline(image, blobs);
    if (!inlined) return failure('An image of this prompt is no longer there. Remove it and send the prompt again.');
    images.push(inlined);
  }
  const line: ToRunner = { type: 'query', sessionId, promptId, prompt, images, steer, traceparent, options };
  if (Buffer.byteLength(JSON.stringify(line)) > MAX_SIDECAR_LINE_BYTES) {
    const mib = MAX_SIDECAR_LINE_BYTES / 1024 / 1024;
    return failure(`The prompt with its images is larger than ${mib} MiB. Send fewer or smaller images.`);
  }
  return ok(line);
}

function inline(image: ImageInput, blobs: BlobStore): ImageInput | null {
  if (image.kind === 'inline') return image;
  const bytes = blobs.read(image.ref.blob);
  return bytes && { kind: 'inline', mediaType: image.ref.mediaType, data: bytes.toString('base64') };
}

function failure(message: string): Result<never, CommandFailure> {
  return err({ message, class: 'unknown' });
}
