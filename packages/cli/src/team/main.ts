import { EXIT, Failure } from '../failure-kinds.ts';
import { btmsg } from './btmsg.ts';
import { bttask } from './bttask.ts';
import { commandHelp, programHelp } from './help.ts';
import { decideColour, printError, printOut } from './print-out.ts';
import { TeamRefusal } from './transport.ts';
import { findCommand, type Program, takeApart, UsageError } from './usage.ts';

/**
 * `btmsg …` and `bttask …`: started many times by agents, so it loads as little as can be. Nothing of npm and no `node:` module that is
 * slow to load (util, http, process.stdout) may come in here; `main.test.ts` watches it.
 */
async function main([name, ...args]: readonly string[]): Promise<void> {
  const program = name === 'bttask' ? bttask : btmsg;
  try {
    await decideColour();
    process.exitCode = await run(program, args);
  } catch (error) {
    process.exitCode = await report(program, error, args.includes('--json'));
  }
}

async function run(program: Program, args: readonly string[]): Promise<number> {
  const words = args.filter((word) => word !== '--json');
  const [first] = words;
  if (first === undefined) {
    await printError(programHelp(program));
    return EXIT.usage;
  }
  if (first === '--help' || first === '-h' || first === 'help') {
    const topic = words.slice(1);
    await printOut(topic.length > 0 ? commandHelp(program, findCommand(program, topic).spec) : programHelp(program));
    return EXIT.done;
  }
  const { spec, rest } = findCommand(program, args);
  const given = takeApart(program, spec, rest);
  if (given.has('help')) await printOut(commandHelp(program, spec));
  else await spec.run(given, { json: given.has('json') });
  return EXIT.done;
}

async function report(program: Program, error: unknown, json: boolean): Promise<number> {
  if (error instanceof UsageError) {
    await printError(
      json ? JSON.stringify({ error: error.message, code: 'usage' }) : `${program.name}: ${error.message}`,
    );
    return EXIT.usage;
  }
  const message =
    error instanceof Failure ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  const code = error instanceof TeamRefusal ? error.code : 'failed';
  await printError(json ? JSON.stringify({ error: message, code }) : message);
  return EXIT.failed;
}

void main(process.argv.slice(2));
