import { PermissionMode } from '@agor/protocol';
import { buildId, resolvePaths } from '@agor/runtime';
import { Command, CommanderError, Option } from 'commander';
import { budgetOverride, budgetShow } from './commands/budget.ts';
import { doctor } from './commands/doctor.ts';
import { shutdown, start } from './commands/lifecycle.ts';
import { type RunArguments, run } from './commands/run.ts';
import { type SearchOptions, search } from './commands/search.ts';
import { serve } from './commands/serve.ts';
import { answer, logs, ps, send, stop, stopAll } from './commands/sessions.ts';
import { projectAdd, projectList, projectRemove, projectSet } from './commands/settings.ts';
import { addConfigCommands } from './config-commands.ts';
import { EXIT, explain } from './failure.ts';
import { addGroupCommands } from './group-commands.ts';
import { addPluginCommands } from './plugin-commands.ts';
import { addProviderCommands } from './provider-commands.ts';
import { addSecretCommands } from './secret-commands.ts';
import { addSessionCommands } from './session-commands.ts';
import { VERSION } from './version.ts';
import { addWakeCommands } from './wake-commands.ts';

/** The `agor` command: a thin client of the hub. Every command works on the data folder that the environment names. */
function build(paths: ReturnType<typeof resolvePaths>): Command {
  const agor = new Command('agor')
    .description('Mission control for AI coding agents. Without a command: starts agor and opens it.')
    .version(`agor ${VERSION} (build ${buildId(import.meta)})`, '-V, --version', 'tell version and build')
    .option('--no-browser', 'print the address only')
    .allowExcessArguments()
    .action((options: { browser: boolean }, command: Command) => {
      const [unknown] = command.args;
      if (unknown !== undefined) command.error(`error: unknown command '${unknown}'; see agor --help`);
      return start(paths, options);
    })
    .exitOverride();

  agor
    .command('serve')
    .description('run the hub in the foreground')
    .option('--port <n>', 'port to listen on; 0 = any', '9700')
    .option('--host <h>', 'address to listen on', '127.0.0.1')
    .option('--data-dir <dir>')
    .option('--config-dir <dir>')
    .option('--json', 'the first line tells url, token, pid and machinePid')
    .action(() => serve(process.argv.slice(3)));

  agor
    .command('run')
    .description('give an agent a prompt and stream what it does')
    .argument('<prompt...>')
    .option('--cwd <dir>', 'folder to work in (default: here)')
    .option('--project <id>', 'project to work in')
    .option('--provider <id>', 'which agent: claude, acp:opencode, …')
    .option('--model <id>')
    .addOption(new Option('--permission-mode <mode>').choices(PermissionMode.options))
    .option('--resume <session>', 'go on with a session')
    .option('--json', 'one AgentMessage a line')
    .action(async (words: string[], options: RunArguments) => {
      process.exitCode = await run(paths, words, options);
    });

  agor
    .command('ps')
    .description('list sessions')
    .option('--json')
    .option('--all', 'also those that ended long ago')
    .action((options: { json?: boolean; all?: boolean }) => ps(paths, options));
  agor
    .command('logs')
    .description("print a session's transcript")
    .argument('<session>')
    .option('--json', 'one AgentMessage a line')
    .option('--follow', 'go on with what comes')
    .action((id: string, options: { json?: boolean; follow?: boolean }) => logs(paths, id, options));
  agor
    .command('send')
    .description('give a session its next prompt')
    .argument('<session>')
    .argument('<prompt...>')
    .option('--steer', 'into the turn that runs, where the agent can')
    .action((id: string, words: string[], options: { steer?: boolean }) => send(paths, id, words, options));
  agor
    .command('stop')
    .description("end a session's agent and all that it started; --all: every agent, and nothing wakes one until told")
    .argument('[session]')
    .option('--all')
    .action((id: string | undefined, options: { all?: boolean }) => (options.all ? stopAll(paths) : stop(paths, id)));
  agor
    .command('answer')
    .description('answer what an agent asks')
    .argument('<ask>')
    .argument('<answer...>', 'allow, always, deny, or text')
    .action((id: string, words: string[]) => answer(paths, id, words));

  agor
    .command('search')
    .description('search what was said and done: prompts, answers, tool output, tasks, messages')
    .argument('[words...]')
    .option('--project <id>', 'only of this project')
    .option('--kind <kind>', 'message, tool, task or btmsg')
    .option('--since <when>', '12h, 3d, 2w or a date')
    .option('--before <place>', 'go on with what is older than an earlier answer looked at')
    .option('--limit <n>', 'how many to show, at most 100', '20')
    .option('--expression', 'the words are an FTS5 expression: AND, OR, NOT, NEAR, word*')
    .option('--rebuild', 'make the index anew')
    .option('--json')
    .action((words: string[], options: SearchOptions) => search(paths, words, options));

  const project = agor.command('project').description('projects: add, ls, set, rm');
  project
    .command('add')
    .argument('<dir>')
    .option('--group <group>', 'id or name')
    .option('--name <name>')
    .action((dir: string, options: { group?: string; name?: string }) => projectAdd(paths, dir, options));
  project
    .command('ls')
    .option('--json')
    .action((options: { json?: boolean }) => projectList(paths, options));
  project
    .command('set')
    .description(
      'change what a project decides, for example: sandboxEnabled true, or providers \'{"ollama":{"defaultModel":"x"}}\'',
    )
    .argument('<id>')
    .argument('<key>')
    .argument('<json>', 'null takes a choice back')
    .action((id: string, key: string, json: string) => projectSet(paths, id, key, json));
  project
    .command('rm')
    .argument('<id>')
    .action((id: string) => projectRemove(paths, id));

  addConfigCommands(agor, paths);
  addGroupCommands(agor, paths);
  const budget = agor.command('budget').description('what is spent, and limits: show, override');
  budget
    .command('show', { isDefault: true })
    .option('--json')
    .action((options: { json?: boolean }) => budgetShow(paths, options));
  budget
    .command('override')
    .description('let a budget go on past its hard limit by an amount, once')
    .argument('<scope>', 'session, project, group or month')
    .argument('[id]')
    .option('--usd <amount>')
    .option('--tokens <n>')
    .option('--go-on', 'tell the agents that it interrupted to continue')
    .action((scope: string, id: string | undefined, options: { usd?: string; tokens?: string; goOn?: boolean }) =>
      budgetOverride(paths, scope, id, options),
    );

  addPluginCommands(agor, paths);

  addWakeCommands(agor, paths);
  addProviderCommands(agor, paths);
  addSecretCommands(agor, paths);
  addSessionCommands(agor, paths);

  agor
    .command('doctor')
    .description('check this installation and say what to mend')
    .option('--json')
    .option('--env [provider]', "names of the variables that an agent's process would get")
    .option('--rebuild', 'make every summary anew from the event log')
    .action((options: { json?: boolean; env?: string | true; rebuild?: boolean }) => doctor(paths, options));
  agor
    .command('shutdown')
    .description('end agents, terminals, machine and hub')
    .action(() => shutdown(paths));
  inheritExit(agor);
  return agor;
}

/** A usage error must not end the process by itself: it has an exit code of its own. */
function inheritExit(command: Command): void {
  for (const child of command.commands) {
    child.exitOverride();
    inheritExit(child);
  }
}

async function main(): Promise<void> {
  try {
    await build(resolvePaths()).parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    } else {
      const { message, exitCode } = explain(error);
      process.stderr.write(`agor: ${message}\n`);
      process.exitCode = exitCode;
    }
  }
  // Sockets and timers of a command that is over must not keep the process: what is left to write is written first.
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  process.exit(process.exitCode ?? EXIT.done);
}

// Not awaited here: a bundled program has no top-level await (docs/decisions/0005-bundle-flags.md).
void main();
