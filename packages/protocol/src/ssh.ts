import { z } from 'zod';
import { SshConnectionId } from './ids.ts';

/** At the bound one must be deleted before another is kept. */
export const MAX_SSH_CONNECTIONS = 500;
/** Hosts of `~/.ssh/config` that are listed. */
export const MAX_SSH_HOSTS = 1_000;

/** What may have a meaning to a shell: host and user names reach one in a ProxyCommand or a `Match exec` of the person's config. */
const SHELL_WORDS = /[\s\p{Cc}`"'$\\;&<>|(){},/@]/u;
const name = (what: string, max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((text) => !text.startsWith('-'), `A ${what} can't begin with a dash: ssh would take it for an option.`)
    .refine(
      (text) => !SHELL_WORDS.test(text),
      `A ${what} has no spaces, quotes, slashes or other signs of a shell in it.`,
    );
const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(/^\P{Cc}*$/u, 'This has to be one line.');

/** What the person writes down of a computer that they reach by SSH. No password: ssh asks for it in the terminal. */
export const SshDraft = z.object({
  name: line(100).min(1, 'A connection needs a name.'),
  /** A name, an address, or a `Host` of the person's `~/.ssh/config`. */
  host: name('host name', 255).min(1, 'A connection needs a host.'),
  /** Null: as `~/.ssh/config` says, else 22. */
  port: z.number().int().min(1).max(65_535).nullable().default(null),
  /** Empty: as `~/.ssh/config` says, else the person's own name. */
  username: name('user name', 255).default(''),
  /** Empty: as `~/.ssh/config` says. Begins with `~/` or is absolute. */
  keyFile: line(4_096)
    .refine((path) => path === '' || /^(~?\/)/.test(path), 'The path of a key file begins with / or ~/.')
    .default(''),
  /** Where it stands in the list; empty: at the top. */
  folder: line(100).default(''),
  color: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'A colour is written as #rrggbb.')
    .default('#89b4fa'),
  /** The folder there that the shell starts in; empty: the home folder. */
  startFolder: line(1_000).default(''),
  /** Lets programs on that computer use the person's SSH agent: whoever is root there may then use their keys. */
  forwardAgent: z.boolean().default(false),
});
export type SshDraft = z.infer<typeof SshDraft>;

export const SshConnection = SshDraft.extend({
  id: SshConnectionId,
  createdAt: z.number(),
  /** When it was last connected to; null: never. */
  lastUsedAt: z.number().nullable(),
});
export type SshConnection = z.infer<typeof SshConnection>;

/** A `Host` of the person's `~/.ssh/config`, as far as that file names things; patterns are left out. */
export const SshHost = z.object({
  alias: z.string(),
  hostName: z.string().nullable(),
  port: z.number().int().nullable(),
  user: z.string().nullable(),
  keyFile: z.string().nullable(),
});
export type SshHost = z.infer<typeof SshHost>;
