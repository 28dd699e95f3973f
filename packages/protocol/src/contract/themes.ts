import { z } from 'zod';
import { base, command, done } from './base.ts';

/** Files of themes in the config folder; which there are is told by `events.watch`. */
export const themes = {
  /** Keeps a theme's JSON text as a file of that name. REJECTED in words that name the field, or when such a file is there already. */
  import: base
    .input(command.extend({ name: z.string().min(1).max(100), text: z.string().max(100_000) }))
    .output(z.object({ id: z.string() })),
  /** Removes the file of a theme. */
  remove: base.input(command.extend({ id: z.string() })).output(done),
};
