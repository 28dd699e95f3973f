import { type Command, CommanderError } from 'commander';
import { EXIT, Failure } from '../failure-kinds.ts';
import { btmsg } from './btmsg.ts';
import { bttask } from './bttask.ts';
import { TeamRefusal } from './transport.ts';

/** `btmsg …` and `bttask …`: started many times by agents, so it loads as little as can be. */
async function main([name, ...args]: readonly string[]): Promise<void> {
  try {
    const program = name === 'bttask' ? bttask() : btmsg();
    keepProcess(program);
    await program.parseAsync(args as string[], { from: 'user' });
  } catch (error) {
    process.exitCode = report(error, args.includes('--json'));
  }
}

/** A usage error must not end the process by itself: it has an exit code of its own. */
function keepProcess(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) keepProcess(child);
}

function report(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const message =
    error instanceof Failure ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  const code = error instanceof TeamRefusal ? error.code : 'failed';
  process.stderr.write(json ? `${JSON.stringify({ error: message, code })}\n` : `${message}\n`);
  return EXIT.failed;
}

void main(process.argv.slice(2));
