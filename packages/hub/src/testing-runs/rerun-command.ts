import type { TestCase, TestReport } from '@agor/protocol';

const MAX_NAMED = 200;
const MAX_COMMAND_CHARS = 16_000;
/** What starts a script of a package takes arguments for the script behind `--`. */
const SCRIPT = /^\s*(?:npm|pnpm)\s+(?:t|test|run\s+\S+)\b/;
/** Arguments can be put behind a single command only. */
const SINGLE = /^[^;&|<>`$()#\n]+$/;

/**
 * The command that runs only what failed in `report`, as its reporter understands it. Null when it can't be said: the reporter does not take
 * such arguments, or the command is no single one.
 */
export function rerunCommand(command: string, { reporter, cases }: TestReport): string | null {
  const failed = cases.filter(({ status }) => status === 'failed');
  if (failed.length === 0 || failed.length > MAX_NAMED || !SINGLE.test(command)) return null;
  const args = argumentsFor(reporter, failed);
  if (args === null) return null;
  const between = SCRIPT.test(command) && !/\s--(?:\s|$)/.test(command) ? ' -- ' : ' ';
  const rerun = `${command.trimEnd()}${between}${args.map(quoted).join(' ')}`;
  return rerun.length > MAX_COMMAND_CHARS ? null : rerun;
}

function argumentsFor(reporter: string | null, failed: readonly TestCase[]): string[] | null {
  const paths = [...new Set(failed.map(({ suite, name }) => [...suite, name].map(literal).join(' ')))];
  const files = [...new Set(failed.flatMap(({ file }) => file ?? []))];
  switch (reporter) {
    case 'bun':
    case 'vitest':
    case 'jest':
      return [...files, '-t', `(?:${paths.join('|')})$`];
    case 'playwright':
      return ['--last-failed'];
    case 'pytest':
      return ['--last-failed'];
    case 'go': {
      const tests = new Set(failed.map(({ suite, name }) => literal(suite[1] ?? name)));
      return ['-run', `^(?:${[...tests].join('|')})$`];
    }
    default:
      return null;
  }
}

const literal = (name: string) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const quoted = (argument: string) =>
  /^[\w./@:=+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
