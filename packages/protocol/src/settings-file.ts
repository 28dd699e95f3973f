import { z } from 'zod';
import { GroupsFile } from './groups.ts';

/** More is no file of settings. */
const MAX_TEXT = 20 * 1024 * 1024;

/** The text of a file of settings, as the person chose it; it may be anything. */
export const SettingsFileText = z.string().max(MAX_TEXT, 'the file is too large to be one of settings');

/** A file of settings, for another computer or as a copy to keep. It holds no secrets. */
export const SettingsFile = z.strictObject({
  kind: z.literal('agor settings', 'this is no file of settings that agor wrote'),
  version: z.literal(1, 'this file is of another version of agor'),
  /** What the person set; what is absent stays as it is. */
  settings: z.record(z.string(), z.unknown()),
  /** Groups that take the place of those with the same id; the others stay. */
  groups: GroupsFile.optional(),
  /** The places of values that were left out: `providers.claude.env.NAME`. Where they are not kept already, the person enters them. */
  leftOut: z.array(z.string()).max(10_000).optional(),
});
export type SettingsFile = z.infer<typeof SettingsFile>;

export const SettingsExport = z.object({
  file: SettingsFile,
  /** The places of values of variables and headers, and of what else looks like a secret: `providers.claude.env.ANTHROPIC_API_KEY`. */
  leftOut: z.array(z.string()),
});
export type SettingsExport = z.infer<typeof SettingsExport>;

/** One thing that an import changes. */
export const SettingsImportChange = z.object({
  /** `theme`, `group Backend: project api`. */
  place: z.string(),
  /** Null: there is none yet. In short, as JSON. */
  before: z.string().nullable(),
  after: z.string(),
});
export type SettingsImportChange = z.infer<typeof SettingsImportChange>;

export const SettingsImport = z.object({
  changes: z.array(SettingsImportChange),
  /** The places of values that the file leaves out and that are not kept here: to be entered. */
  missing: z.array(z.string()),
});
export type SettingsImport = z.infer<typeof SettingsImport>;
