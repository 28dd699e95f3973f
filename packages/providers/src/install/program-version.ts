import { err, ok, type Result } from '@agor/runtime';
import { killGroup } from '../kill.ts';

const VERSION = /\d+\.\d+\.\d+[\w.+-]*/;
/** Most of a program's words that are kept. */
const MAX_TEXT_CHARS = 2_000;

export interface VersionOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly limitMs: number;
}

/** Runs `<command> --version`. The version, null when it ran but printed none; else why it did not run. */
export async function programVersion(
  command: readonly string[],
  { env, limitMs }: VersionOptions,
): Promise<Result<string | null, string>> {
  const asked = [...command, '--version'];
  try {
    // A group of its own: a program that hangs, or waits for a sign-in, is killed with everything it started.
    const child = Bun.spawn(asked, {
      cwd: '/',
      env: { ...env },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
      detached: true,
    });
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      killGroup(child.pid);
    }, limitMs);
    const [out, errors, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]).finally(() => clearTimeout(limit));
    if (late) return err(`\`${asked.join(' ')}\` did not answer within ${limitMs / 1_000} s`);
    const said = `${out}${errors}`.trim().slice(0, MAX_TEXT_CHARS);
    if (code !== 0) return err(`\`${asked.join(' ')}\` ended with exit code ${code}: ${said || 'it said nothing'}`);
    return ok(VERSION.exec(said)?.[0] ?? null);
  } catch (error) {
    // Bun throws when the program cannot be started at all.
    return err(`\`${asked.join(' ')}\` cannot be started: ${error instanceof Error ? error.message : error}`);
  }
}
