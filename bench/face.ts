import { World } from '@agor/e2e/world';
import { atMost, type Row } from './row.ts';

/** What a browser loads of the face before anybody can click: the scripts that its page names, compressed as the hub sends them. */
export async function run(): Promise<Row[]> {
  await using world = new World({ name: 'bench-face' });
  const { url } = (await world.serve()).info;
  const page = await (await fetch(url)).text();
  const scripts = [...page.matchAll(/<script[^>]*\bsrc="([^"]+)"|<link rel="modulepreload"[^>]*\bhref="([^"]+)"/g)];
  let bytes = 0;
  for (const [, src, href] of scripts) bytes += await transferred(new URL(src ?? href ?? '', url));
  return [atMost(`first load of the face: ${scripts.length} scripts, compressed`, bytes / 1000, 300, 'KB')];
}

async function transferred(url: URL): Promise<number> {
  const response = await fetch(url, { decompress: false, headers: { 'accept-encoding': 'br, gzip' } });
  if (!response.ok) throw new Error(`${url.pathname} answers ${response.status}`);
  return (await response.arrayBuffer()).byteLength;
}
