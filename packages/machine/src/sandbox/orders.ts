import { closeSync, openSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * What may be done below a path. `list`: see the names there, and no more. Landlock adds rules up along a path, so a
 * weaker rule below a stronger one takes nothing away.
 */
export const Access = z.enum(['list', 'read', 'write']);
export type Access = z.infer<typeof Access>;

/** What the launcher is to do before it becomes the runner. */
export const LauncherOrders = z.object({
  /** Null: this kernel has no Landlock, bubblewrap alone confines. */
  landlock: z
    .object({
      abi: z.number().int().positive(),
      paths: z.array(z.tuple([Access, z.string()])),
      /** Inclusive ranges of TCP ports to which a connection may be made. */
      ports: z.array(z.tuple([z.number().int(), z.number().int()])),
    })
    .nullable(),
  command: z.array(z.string()).min(1),
});
export type LauncherOrders = z.infer<typeof LauncherOrders>;

/** An open descriptor of a file with that content, whose name is gone already. The caller closes it. */
export function descriptorOf(content: string, scratch: string): number {
  const path = `${scratch}/.${crypto.randomUUID()}`;
  writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
  try {
    return openSync(path, 'r');
  } finally {
    unlinkSync(path);
  }
}

/** Reads a descriptor to its end and closes it: what is executed next must not inherit it. */
export function takeOrders(descriptor: number): LauncherOrders {
  const text = readFileSync(descriptor, 'utf8');
  closeSync(descriptor);
  return LauncherOrders.parse(JSON.parse(text));
}
