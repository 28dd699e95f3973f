import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import type { BrowserWorld } from '../browser/world.ts';

export interface Placed {
  readonly id: string;
  readonly name: string;
  readonly permissions: readonly string[];
  readonly code: string;
}

/** The folder that the hub of this world looks into. */
async function folderOf(agor: BrowserWorld): Promise<string> {
  return (JSON.parse(await agor.agor('plugins', 'list', '--json')) as { folder: string }).folder;
}

/** Writes a plugin into the folder, and enables it as the command line does. */
export async function place(agor: BrowserWorld, { id, name, permissions, code }: Placed, enable = true): Promise<void> {
  const folder = join(await folderOf(agor), id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'plugin.json'), JSON.stringify({ id, name, version: '1.0.0', permissions }));
  writeFileSync(join(folder, 'index.js'), code);
  if (enable) await agor.agor('plugins', 'enable', id, '--yes');
}

export function source(name: string): string {
  return readFileSync(resolve(import.meta.dirname, name), 'utf8');
}

/** An example as it is offered: packed, beside a catalogue that names it. Returns the paths of both. */
export function offer(id: string, into: string): { archive: string; catalogue: string } {
  const folder = resolve(import.meta.dirname, '..', '..', 'examples', 'plugins', id);
  const packed = pack(['plugin.json', 'index.js'].map((name) => ({ name, bytes: readFileSync(join(folder, name)) })));
  const archive = join(into, `${id}.zip`);
  writeFileSync(archive, packed);
  const { name, version, description, permissions } = JSON.parse(readFileSync(join(folder, 'plugin.json'), 'utf8'));
  const entry = {
    ...{ id, name, version, description, permissions },
    download_url: `${id}.zip`,
    checksum_sha256: createHash('sha256').update(packed).digest('hex'),
    size_bytes: packed.byteLength,
  };
  const catalogue = join(into, 'catalog.json');
  writeFileSync(catalogue, JSON.stringify({ version: 2, plugins: [entry] }));
  return { archive, catalogue };
}

/** A zip file, stored. */
function pack(files: readonly { name: string; bytes: Buffer }[]): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (const { name, bytes } of files) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(bytes.byteLength, 14);
    common.writeUInt32LE(bytes.byteLength, 18);
    common.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), bytes]);
    entries.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03'), common, place, Buffer.from(name)]));
    locals.push(local);
    at += local.byteLength;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(directory.byteLength, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end]);
}
