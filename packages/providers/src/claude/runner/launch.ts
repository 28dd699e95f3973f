import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { RunOptions } from '@agor/protocol';
import { type CanUseTool, type Options, type Query, query } from '@anthropic-ai/claude-agent-sdk/core';
import { claude } from '../provider.ts';
import type { PromptStream } from './prompt-stream.ts';

export interface Launched {
  readonly query: Query;
  /** The CLI's process, once the SDK has started it. */
  readonly child: () => ChildProcess | null;
}

/** What is wrong with the program, in words; null when it can be started. */
export function missingProgram(command: readonly string[] | undefined): string | null {
  const program = command?.[0];
  const how = `Install it with \`agor providers install ${claude.id}\`, or set its path in the settings.`;
  if (program === undefined) return `Claude Code is not installed. ${how}`;
  if (isAbsolute(program) && !existsSync(program))
    return `Claude Code is not installed: there is no ${program}. ${how}`;
  return null;
}

/** Starts the CLI for one session. It stays in our process group and session, so that whoever ends us ends it too. */
export function launch(options: RunOptions, prompts: PromptStream, canUseTool: CanUseTool): Launched {
  const [program = '', ...before] = options.command ?? [];
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
      ...(program === '' ? {} : { pathToClaudeCodeExecutable: program }),
      spawnClaudeCodeProcess: spawnCli,
      cwd: options.cwd,
      env: environment(options, bypass),
      ...modelOption(options.model),
      permissionMode: options.permissionMode,
      ...(bypass ? { allowDangerouslySkipPermissions: true } : {}),
      ...(options.resumeSessionId === undefined ? {} : { resume: options.resumeSessionId }),
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

function modelOption(model: string | undefined): { model?: string } {
  const named = vendorModel(model);
  return named === undefined ? {} : { model: named };
}

function environment(options: RunOptions, bypass: boolean): Record<string, string | undefined> {
  return {
    ...process.env,
    // Without it the CLI talks to its vendor beside the model calls (docs/providers/claude.md).
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    ...(options.claudeConfigDir === undefined ? {} : { CLAUDE_CONFIG_DIR: options.claudeConfigDir }),
    // As root the CLI refuses to bypass unless it is told that the machine is a sandbox; the person chose the mode.
    ...(bypass && process.getuid?.() === 0 ? { IS_SANDBOX: '1' } : {}),
  };
}
