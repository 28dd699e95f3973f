import { BlobMarker, type BlobRef } from '@agor/protocol';
import { z } from 'zod';

/** A text of a vendor's event. One above 64 kB was made a blob by the machine before the event was journaled. */
export const Text = z.union([z.string(), BlobMarker]);
export type Text = z.infer<typeof Text>;

/** What the agent said; of a text that became a blob its beginning, and where the rest is. */
export function spoken(text: Text): { text: string; textBlob?: BlobRef } {
  return typeof text === 'string' ? { text } : { text: text.$blob.preview ?? '', textBlob: text.$blob };
}

export function blobOf(text: Text | undefined): BlobRef | undefined {
  return typeof text === 'object' ? text.$blob : undefined;
}
