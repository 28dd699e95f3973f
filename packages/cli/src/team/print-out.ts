/** `process.stdout` and `node:util` cost a command of these as much time as the rest of it together; Bun's own ways cost nothing. */
let coloured = false;

/** Colours are for a terminal only. To be awaited before anything is put into words. */
export async function decideColour(): Promise<void> {
  if (!Bun.enableANSIColors || process.env.NO_COLOR) return; // most often: no terminal, nothing to load
  const { isatty } = await import('node:tty');
  coloured = isatty(1);
}

export const dim = (text: string): string => (coloured ? `\x1b[2m${text}\x1b[22m` : text);
export const bold = (text: string): string => (coloured ? `\x1b[1m${text}\x1b[22m` : text);

/** One line, or a whole text, to stdout. A reader that went away (`btmsg feed | head`) is no failure. */
export async function printOut(text: string): Promise<void> {
  await write(Bun.stdout, text);
}
export async function printError(text: string): Promise<void> {
  await write(Bun.stderr, text);
}

async function write(to: Bun.BunFile, text: string): Promise<void> {
  try {
    await Bun.write(to, `${text}\n`);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EPIPE') throw error;
  }
}
