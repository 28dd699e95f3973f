import { z } from 'zod';

/** A command has so many keys at most. */
export const MAX_KEYS_PER_COMMAND = 5;
/** Commands whose keys the person may have decided; those of plugins that are gone count. */
export const MAX_SHORTCUTS = 500;

/**
 * The keys that the person chose, by command id: "Mod+Shift+K", where Mod is Ctrl, on a Mac Cmd. No keys at all is an empty list. A command
 * that is not named here has its own; ids that nobody knows are kept, because a plugin may come back.
 */
export const Shortcuts = z
  .record(
    z.string().min(1).max(200),
    z
      .array(
        z.string().regex(/^(?:(?:Mod|Ctrl|Meta|Alt|Shift)\+){0,5}(?:\S|[A-Z][A-Za-z0-9]{1,15})$/, {
          error: 'write keys as in "Mod+Shift+K": Mod, Ctrl, Meta, Alt, Shift, then one key',
        }),
      )
      .max(MAX_KEYS_PER_COMMAND),
  )
  .refine((all) => Object.keys(all).length <= MAX_SHORTCUTS, { error: `keys of more than ${MAX_SHORTCUTS} commands` });
export type Shortcuts = z.infer<typeof Shortcuts>;
