import { sniffImage } from '../sniff-image.ts';

/** An SVG draws with its own styles; scripts, frames and the network stay off. */
const SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'";

/**
 * Under which type a file may be shown by the browser, by its first bytes and not by what it is called; null: only as a download. An SVG is known
 * by both. `csp`: instead of the usual policy of data.
 */
export function sniffFile(
  head: Uint8Array,
  name: string,
): { readonly type: string | null; readonly csp: string | null } {
  const type = sniffImage(head.subarray(0, 16)) ?? sniffMore(head);
  if (type !== null) return { type, csp: null };
  if (/\.svg$/i.test(name) && /^\uFEFF?\s*(<\?xml|<!--|<!DOCTYPE svg|<svg)/i.test(new TextDecoder().decode(head)))
    return { type: 'image/svg+xml', csp: SVG_POLICY };
  return { type: null, csp: null };
}

function sniffMore(head: Uint8Array): string | null {
  const ascii = String.fromCharCode(...head.subarray(0, 16));
  if (ascii.startsWith('%PDF-')) return 'application/pdf';
  if (ascii.startsWith('BM') && head.length > 14) return 'image/bmp';
  if (ascii.startsWith('\0\0\x01\0')) return 'image/x-icon';
  if (ascii.slice(4, 8) === 'ftyp' && /^(avif|avis)$/.test(ascii.slice(8, 12))) return 'image/avif';
  return null;
}
