import { z } from 'zod';

/** One TCP port or an inclusive range of them, as people write it: `8080`, `3000-3010`. */
export const PortRange = z
  .string()
  .regex(/^\d{1,5}(-\d{1,5})?$/, 'a port such as 8080, or a range such as 3000-3010')
  .refine(
    (text) => text.split('-').every((port) => Number(port) >= 1 && Number(port) <= 65_535),
    'ports are 1 to 65535',
  )
  .refine((text) => {
    const [first, last = first] = text.split('-').map(Number);
    return (first as number) <= (last as number);
  }, 'a range begins with its lower port');
export type PortRange = z.infer<typeof PortRange>;

/** A folder or file outside the project that its agents may reach. */
export const SandboxPath = z.object({
  path: z.string().startsWith('/', 'an absolute path'),
  access: z.enum(['read', 'write']),
});
export type SandboxPath = z.infer<typeof SandboxPath>;

/** What a project decides about the sandbox of its agents; the provider's own needs are added by the machine. */
export const SandboxRequest = z.object({
  enabled: z.boolean(),
  /** TCP ports besides the provider's own to which a connection may be made. */
  ports: z.array(PortRange).default([]),
  paths: z.array(SandboxPath).default([]),
  /** The project's folder, when the session runs elsewhere: in a part of it, or in a worktree of its. */
  root: z.string().startsWith('/').optional(),
});
export type SandboxRequest = z.infer<typeof SandboxRequest>;

/** What a sandbox is to hold; each is told by itself, for a kernel may hold some of them and not others. */
export const SandboxRule = z.enum([
  /** Writing only in the project, its worktrees, a temp folder of its own, the provider's transcripts and caches. */
  'writes',
  /** Reading only the system and the project: no keys, keyrings, browser profiles, agor's folders, other projects. */
  'reads',
  /** TCP connections only to the ports that the provider needs and the project allows. */
  'network',
  /** No signals to processes outside. */
  'signals',
  /** No abstract Unix sockets of processes outside. */
  'abstractSockets',
  /** No Unix sockets in the file system (session bus, keyring, docker, agor's control socket). */
  'pathSockets',
  /** `.git/hooks` and `.git/config` can be read only. */
  'gitGuard',
  /** The settings, hooks and MCP configuration of every vendor can be read only. */
  'vendorGuard',
]);
export type SandboxRule = z.infer<typeof SandboxRule>;

/** What really confines a runner, as its launcher was told to apply it. Never says more than holds. */
export const SandboxStatus = z.object({
  /** `partial`: some rules are not enforced. `vendor`: ours can't be had here, the vendor's own is used instead. */
  state: z.enum(['off', 'on', 'partial', 'vendor', 'none']),
  /** The version of the kernel's Landlock; null when it has none. */
  landlockAbi: z.number().int().nullable(),
  bubblewrap: z.boolean(),
  rules: z.array(
    z.object({
      rule: SandboxRule,
      enforced: z.boolean(),
      /** Why not, and what would help; or how far. */
      note: z.string().optional(),
    }),
  ),
  /** What is allowed, for the person to read. */
  write: z.array(z.string()).default([]),
  read: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  /** What the project asked for when the runner started: compared with what it asks now, it tells whether a restart is due. */
  asked: SandboxRequest.optional(),
});
export type SandboxStatus = z.infer<typeof SandboxStatus>;
