import { z } from 'zod';
import { CatalogueEntry, Sha256 } from '../plugin-catalogue.ts';
import { PluginMethodName } from '../plugin-methods.ts';
import { PluginInfo } from '../plugins.ts';
import { base, command, done } from './base.ts';

const ofPlugin = command.extend({ id: z.string().min(1).max(255) });
const source = z.string().min(1).max(2_000);

/** Plugins of the person's own folder. A change is told by the `plugins` frame: ask `list` again. */
export const plugins = {
  list: base.input(z.object({})).output(z.object({ folder: z.string(), plugins: z.array(PluginInfo) })),
  /** Looks at the folder anew. */
  reload: base.input(command).output(done),
  /** The person agrees that exactly this program (`hash`) runs with the permissions of its manifest. REJECTED when it changed since. */
  enable: base.input(ofPlugin.extend({ hash: z.string() })).output(done),
  disable: base.input(ofPlugin).output(done),
  /** Removes its folder. `keepSettings`: what the person set for it stays for a later one. */
  remove: base.input(ofPlugin.extend({ keepSettings: z.boolean().default(false) })).output(done),
  /** The program of a plugin that is on, and what begins it in its worker, for the window that runs it. */
  program: base
    .input(z.object({ id: z.string() }))
    .output(z.object({ code: z.string(), hash: z.string(), worker: z.string() })),
  /** What a plugin asks for. The hub checks the permission itself. */
  call: base
    .input(command.extend({ id: z.string(), hash: z.string(), method: PluginMethodName, input: z.unknown() }))
    .output(z.unknown()),
  /** One of the settings that its manifest names. */
  set: base
    .input(ofPlugin.extend({ name: z.string().max(40), value: z.union([z.string(), z.number(), z.boolean()]) }))
    .output(done),
  /** Brings a packed plugin (.zip) from a file of the hub's computer or an https URL. It is off until the person enables it. */
  install: base
    .input(command.extend({ source, sha256: Sha256.optional() }))
    .output(z.object({ id: z.string(), version: z.string(), replaced: z.boolean() })),
  /** What a catalogue offers: a file of the hub's computer or an https URL. `source` of an entry is what `install` takes. */
  catalogue: base.input(z.object({ source })).output(
    z.object({
      entries: z.array(CatalogueEntry.extend({ source: z.string() })),
      /** Entries that could not be understood, in words. */
      wrong: z.array(z.string()),
    }),
  ),
};
