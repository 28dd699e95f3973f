import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { MAX_PLUGIN_CODE_BYTES, MAX_PLUGIN_MANIFEST_BYTES, PluginId, PluginManifest } from '@agor/protocol';
import { isOlder } from './versions.ts';

/** A folder of the plugins' folder as it is on the disk. */
export interface ReadPlugin {
  readonly id: string;
  readonly manifest: PluginManifest | null;
  /** Why it can't run, in words for its author or the person. */
  readonly error: string | null;
  /** SHA-256 over manifest and program. */
  readonly hash: string;
  readonly code: string;
}

class Unusable extends Error {}

/** Never throws: what is wrong stands in `error`. */
export function readPlugin(folder: string, id: string, version: string): ReadPlugin {
  let manifest: PluginManifest | null = null;
  try {
    const name = PluginId.safeParse(id);
    if (!name.success) throw new Unusable(`The folder's name can't be an id: ${name.error.issues[0]?.message}.`);
    const root = realpathSync(join(folder, id));
    const text = readBounded(join(root, 'plugin.json'), root, MAX_PLUGIN_MANIFEST_BYTES, 'plugin.json');
    manifest = parseManifest(text, id);
    if (manifest.minVersion && isOlder(version, manifest.minVersion))
      throw new Unusable(`It needs agor ${manifest.minVersion} or newer; this is ${version}.`);
    const code = readBounded(join(root, manifest.main), root, MAX_PLUGIN_CODE_BYTES, manifest.main);
    const hash = createHash('sha256')
      .update(JSON.stringify([text, code]))
      .digest('hex');
    return { id, manifest, error: null, hash, code };
  } catch (error) {
    if (error instanceof Unusable) return { id, manifest, error: error.message, hash: '', code: '' };
    const said = `It can't be read: ${error instanceof Error ? error.message : String(error)}`;
    return { id, manifest, error: said, hash: '', code: '' };
  }
}

function parseManifest(text: string, id: string): PluginManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Unusable(`plugin.json is no JSON: ${(error as Error).message}`);
  }
  const parsed = PluginManifest.safeParse(json);
  if (!parsed.success) {
    const told = parsed.error.issues
      .slice(0, 3)
      .map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
    throw new Unusable(`plugin.json: ${told.join('; ')}.`);
  }
  if (parsed.data.id !== id)
    throw new Unusable(
      `plugin.json says id "${parsed.data.id}", but its folder is called "${id}". They must be the same.`,
    );
  return parsed.data;
}

/** Text of a file of the plugin, which links must not lead out of its folder. */
function readBounded(path: string, root: string, most: number, name: string): string {
  let real: string;
  try {
    real = realpathSync(path);
  } catch {
    throw new Unusable(`There is no ${name} in its folder.`); // or no way to it, which helps nobody to be told apart
  }
  if (!real.startsWith(root + sep)) throw new Unusable(`${name} lies outside of the plugin's folder.`);
  const stat = statSync(real);
  if (!stat.isFile()) throw new Unusable(`${name} is no file.`);
  if (stat.size > most) throw new Unusable(`${name} has ${stat.size} bytes; ${most} are the most.`);
  const text = readFileSync(real);
  if (text.byteLength > most) throw new Unusable(`${name} has more than ${most} bytes.`);
  return new TextDecoder().decode(text);
}
