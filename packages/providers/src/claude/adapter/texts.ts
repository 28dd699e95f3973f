import type { BlobRef } from '@agor/protocol';
import { blobOf, Text } from '../../blob-text.ts';
import { type Block, ImageBlock, TextBlock } from './vendor-events.ts';

/** What the CLI adds to texts for the model's eyes only. */
const FOR_THE_MODEL = [
  /<system-reminder>[\s\S]*?<\/system-reminder>\s*/g,
  /<tools-used-before-summary>[\s\S]*?<\/tools-used-before-summary>\s*/g,
  / \(file state is current in your context — no need to Read it back\)/g,
];
const TOOL_USE_ERROR = /^<tool_use_error>([\s\S]*)<\/tool_use_error>$/;

/** The text, or of one that became a blob what its marker shows of it. */
export function textOf(text: Text): string {
  if (typeof text === 'string') return text;
  const { preview, size } = text.$blob;
  return `${preview ?? ''}\n[… ${size} bytes in all]`;
}

export function withoutReminders(text: string): string {
  const clean = FOR_THE_MODEL.reduce((rest, pattern) => rest.replace(pattern, ''), text);
  return clean.replace(TOOL_USE_ERROR, '$1');
}

export interface ReadContent {
  readonly text: string;
  /** The first text of it that became a blob. */
  readonly blob?: BlobRef | undefined;
  readonly images: BlobRef[];
}

/** Text and images of a message's or tool result's content; a block of another kind is named, so that it is not missed. */
export function readContent(content: Text | readonly Block[] | undefined): ReadContent {
  if (content === undefined) return { text: '', images: [] };
  if (!Array.isArray(content)) {
    const text = Text.parse(content);
    return { text: textOf(text), blob: blobOf(text), images: [] };
  }
  const parts: string[] = [];
  const images: BlobRef[] = [];
  let blob: BlobRef | undefined;
  for (const block of content) {
    const text = block.type === 'text' ? TextBlock.safeParse(block) : null;
    const image = block.type === 'image' ? ImageBlock.safeParse(block) : null;
    if (text?.success) {
      parts.push(textOf(text.data.text));
      blob ??= blobOf(text.data.text);
    } else if (image?.success) {
      const ref = blobOf(image.data.source.data);
      if (ref) images.push(ref);
      parts.push(`[image${image.data.source.media_type ? `, ${image.data.source.media_type}` : ''}]`);
    } else {
      parts.push(block.type === 'tool_reference' ? `[tool ${String(block.tool_name)}]` : `[${block.type}]`);
    }
  }
  return { text: parts.join('\n'), blob, images };
}
