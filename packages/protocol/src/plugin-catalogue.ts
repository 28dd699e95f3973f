import { z } from 'zod';
import { PluginId, PluginWords } from './plugins.ts';

/** Largest packed plugin; unpacked it may have `MAX_PLUGIN_UNPACKED_BYTES` in `MAX_PLUGIN_FILES` files. */
export const MAX_PLUGIN_PACKAGE_BYTES = 4 * 1024 * 1024;
export const MAX_PLUGIN_UNPACKED_BYTES = 8 * 1024 * 1024;
export const MAX_PLUGIN_FILES = 200;
export const MAX_CATALOGUE_BYTES = 1024 * 1024;

export const Sha256 = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, 'a SHA-256 is 64 hexadecimal digits')
  .transform((text) => text.toLowerCase());

/** One plugin as a catalogue offers it (spec §12.6). */
export const CatalogueEntry = z.object({
  id: PluginId,
  name: PluginWords(80),
  version: z.string().min(1).max(60),
  author: z.string().max(200).default(''),
  description: z.string().max(300).default(''),
  license: z.string().max(60).default(''),
  homepage: z.url({ protocol: /^https?$/ }).optional(),
  repository: z.url({ protocol: /^https?$/ }).optional(),
  /** An https URL, or a path relative to the catalogue's own place. */
  download_url: z.string().min(1).max(1_000),
  checksum_sha256: Sha256,
  size_bytes: z.number().int().positive().max(MAX_PLUGIN_PACKAGE_BYTES),
  permissions: z.array(z.string().max(64)).max(30).default([]),
  tags: z.array(z.string().max(40)).max(20).default([]),
  min_agor_version: z.string().max(60).optional(),
});
export type CatalogueEntry = z.infer<typeof CatalogueEntry>;

/** The file of a catalogue. An entry that can't be understood is left out and named; it does not hide the others. */
export const Catalogue = z.object({ version: z.literal(2), plugins: z.array(z.unknown()).max(1_000) });
