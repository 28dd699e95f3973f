import { z } from 'zod';

/** Payloads above this many bytes leave the event and become a blob (architecture §5.10). */
export const BLOB_THRESHOLD_BYTES = 64 * 1024;
/** An event that names a blob carries at most this much of it, so that a list can be drawn without fetching. */
export const BLOB_PREVIEW_BYTES = 16 * 1024;

/** SHA-256 of the content, in hex: a blob's name is its content. */
export const BlobId = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand<'BlobId'>();
export type BlobId = z.infer<typeof BlobId>;

export const BlobRef = z.object({
  blob: BlobId,
  /** In bytes. */
  size: z.number().int().nonnegative(),
  mediaType: z.string(),
  /** The beginning of the content, when it is text. At most BLOB_PREVIEW_BYTES. */
  preview: z.string().optional(),
});
export type BlobRef = z.infer<typeof BlobRef>;

/** An image that goes with a prompt or comes out of a tool. `data` is base64 and only used on the way to a runner. */
export const ImageInput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('blob'), ref: BlobRef }),
  z.object({ kind: z.literal('inline'), mediaType: z.string(), data: z.string() }),
]);
export type ImageInput = z.infer<typeof ImageInput>;

/**
 * Stands in a vendor's raw event where a string was that is longer than BLOB_THRESHOLD_BYTES: the machine moved it into a blob before it
 * journaled the event. Base64 data beside a `media_type` or `mimeType` was decoded: then the blob holds the bytes it stood for.
 */
export const BlobMarker = z.object({ $blob: BlobRef });
export type BlobMarker = z.infer<typeof BlobMarker>;
