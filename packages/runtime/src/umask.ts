/** The umask of the person who started agor, octal: how a program with a umask of its own hands it to the next. */
export const UMASK_VARIABLE = 'AGOR_UMASK';

const PRIVATE = 0o077;

type Env = Record<string, string | undefined>;

/** From here on this program's files are private to its user. What it starts finds the umask from before in `env`. */
export function keepFilesPrivate(env: Env): void {
  const before = process.umask(PRIVATE);
  env[UMASK_VARIABLE] ??= before.toString(8);
}

/**
 * Takes on the umask of the person who started agor: agents and terminals make files in the person's own folders, and a private
 * one would be of no use to the web server, the container or the colleague who reads them there. Files of agor's own have their
 * mode said wherever they are made.
 */
export function takeUsersUmask(env: Env): void {
  const said = env[UMASK_VARIABLE];
  if (said !== undefined && /^[0-7]{1,3}$/.test(said)) process.umask(Number.parseInt(said, 8));
}

/** Runs `make` so that what it makes is closed to others, for what takes no mode (sockets). Not for what waits. */
export function privately<T>(make: () => T): T {
  const before = process.umask(PRIVATE);
  try {
    return make();
  } finally {
    process.umask(before);
  }
}
