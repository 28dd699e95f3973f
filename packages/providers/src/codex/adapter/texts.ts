import type { BlobRef } from '@agor/protocol';
import { z } from 'zod';
import { blobOf, Text } from '../../blob-text.ts';

/** The text, or of one that became a blob what its marker shows of it. */
export function textOf(text: Text): string {
  if (typeof text === 'string') return text;
  const { preview, size } = text.$blob;
  return `${preview ?? ''}\n[… ${size} bytes in all]`;
}

const TextPart = z.object({ type: z.enum(['text', 'inputText']), text: Text });
const ImagePart = z.object({ type: z.literal('image'), data: Text, mimeType: z.string().optional() });

export interface ReadContent {
  readonly output: string;
  readonly outputBlob?: BlobRef;
  readonly images?: BlobRef[];
}

/** What a tool gave back, in MCP's form: texts, pictures, and what else it may be by its name. */
export function readContent(content: readonly unknown[]): ReadContent {
  const parts: string[] = [];
  const images: BlobRef[] = [];
  let blob: BlobRef | undefined;
  for (const each of content) {
    const text = TextPart.safeParse(each);
    const image = ImagePart.safeParse(each);
    if (text.success) {
      parts.push(textOf(text.data.text));
      blob ??= blobOf(text.data.text);
    } else if (image.success) {
      const ref = blobOf(image.data.data);
      if (ref) images.push(ref);
      parts.push(`[image${image.data.mimeType ? `, ${image.data.mimeType}` : ''}]`);
    } else parts.push(JSON.stringify(each) ?? '');
  }
  return {
    output: parts.join('\n'),
    ...(blob ? { outputBlob: blob } : {}),
    ...(images.length > 0 ? { images } : {}),
  };
}
