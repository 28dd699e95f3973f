import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import type { ErrorClass, RunOptions } from '@agor/protocol';
import { type CanUseTool, type Options, type Query, query } from '@anthropic-ai/claude-agent-sdk/core';
import { claude } from '../provider.ts';
import { effortOption } from './effort.ts';
import type { PromptStream } from './prompt-stream.ts';

export interface Launched {
  readonly query: Query;
  /** The CLI's process, once the SDK has started it. */
  readonly child: () => ChildProcess | null;
}

export interface StartProblem {
  readonly message: string;
  readonly class: ErrorClass;
}

/** Why the CLI can't be started, where that can be seen before: its own words for these cases mislead. Null when nothing speaks against it. */
export function startProblem({ cwd, command }: Pick<RunOptions, 'cwd' | 'command'>): StartProblem | null {
  if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory())
    return { message: `The folder ${cwd} is missing.`, class: 'unknown' };
  const program = command?.[0];
  const how = `Install it with \`agor providers install ${claude.id}\`, or set its path in the settings.`;
  if (program === undefined) return { message: `Claude Code is not installed. ${how}`, class: 'not_installed' };
  if (Bun.which(program) !== null) return null;
  const what = existsSync(program) ? `${program} is no program that may be run` : `there is no ${program}`;
  return { message: `Claude Code is not installed: ${what}. ${how}`, class: 'not_installed' };
}

/** Starts the CLI for one session. It stays in our process group and session, so that whoever ends us ends it too. */
export function launch(
  options: RunOptions,
  prompts: PromptStream,
  canUseTool: CanUseTool,
  traceparent?: string,
): Launched {
  const [named = '', ...before] = options.command ?? [];
  // The SDK takes a path only, not a name on PATH.
  const program = Bun.which(named) ?? named;
  const bypass = options.permissionMode === 'bypassPermissions';
  const started: { child: ChildProcess | null } = { child: null };
  const spawnCli: NonNullable<Options['spawnClaudeCodeProcess']> = ({ command, args, cwd, env, signal }) => {
    // For a script the SDK starts an interpreter, whose first argument the script is.
    const all = command === program ? [...before, ...args] : [...args.slice(0, 1), ...before, ...args.slice(1)];
    const child = spawn(command, all, { cwd, env, signal, stdio: ['pipe', 'pipe', 'inherit'] });
    started.child = child;
    return child;
  };
  const running = query({
    prompt: prompts,
    options: {
      pathToClaudeCodeExecutable: program,
      spawnClaudeCodeProcess: spawnCli,
      cwd: options.cwd,
      env: environment(options, bypass, traceparent),
      ...modelOption(options.model),
      permissionMode: options.permissionMode,
      ...(bypass ? { allowDangerouslySkipPermissions: true } : {}),
      ...(options.resumeSessionId === undefined
        ? {}
        : { resume: options.resumeSessionId, forkSession: options.forkSession }),
      ...effortOption(options.controls),
      ...sandboxOption(options),
      ...(options.maxTurns === undefined ? {} : { maxTurns: options.maxTurns }),
      ...(options.maxBudgetUsd === undefined ? {} : { maxBudgetUsd: options.maxBudgetUsd }),
      settingSources: options.settingSources,
      additionalDirectories: options.additionalDirectories,
      systemPrompt: {
        type: 'preset',
        preset: 'claude_code',
        ...(options.systemPrompt === undefined ? {} : { append: options.systemPrompt }),
      },
      includePartialMessages: true,
      forwardSubagentText: true,
      canUseTool,
    },
  });
  return { query: running, child: () => started.child };
}

/** Our choice `default` is the CLI's own default: no model named. */
export function vendorModel(model: string | undefined): string | undefined {
  return model === 'default' ? undefined : model;
}

/**
 * Inside ours the CLI's own can't start: they do not nest. Where one was asked for and ours can't be had, its own holds the commands; if it
 * can't start either, the session does not.
 */
function sandboxOption({ confined, sandbox }: RunOptions): Pick<Options, 'sandbox'> {
  if (confined) return { sandbox: { enabled: false } };
  if (!sandbox?.enabled) return {};
  return { sandbox: { enabled: true, autoAllowBashIfSandboxed: false, allowUnsandboxedCommands: false } };
}

function modelOption(model: string | undefined): { model?: string } {
  const named = vendorModel(model);
  return named === undefined ? {} : { model: named };
}

function environment(
  options: RunOptions,
  bypass: boolean,
  traceparent: string | undefined,
): Record<string, string | undefined> {
  return {
    ...process.env,
    // Without it the CLI talks to its vendor beside the model calls (docs/providers/claude.md).
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    ...(options.claudeConfigDir === undefined ? {} : { CLAUDE_CONFIG_DIR: options.claudeConfigDir }),
    // The CLI reads it when its own telemetry is on; it is that of the prompt which starts it.
    ...(traceparent === undefined ? {} : { TRACEPARENT: traceparent }),
    // As root the CLI refuses to bypass unless it is told that the machine is a sandbox; the person chose the mode.
    ...(bypass && process.getuid?.() === 0 ? { IS_SANDBOX: '1' } : {}),
  };
}
