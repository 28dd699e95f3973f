import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HistoryItem, RunOptions } from '@agor/protocol';
import { LineSplitter } from '@agor/runtime';
import code from './driver.py' with { type: 'text' };
import { DriverLine } from './events.ts';
import { interpreterOf } from './interpreter.ts';

const MAX_LINE_BYTES = 32 * 1024 * 1024;
/** How long the driver may take to end by itself. */
const END_MS = 1_000;

/** The Python program inside of Aider's own environment. */
export interface Driver {
  readonly child: ChildProcess;
  readonly lines: AsyncIterable<DriverLine>;
  send(line: object): void;
  interrupt(): void;
  close(): Promise<void>;
}

export function startDriver(options: RunOptions): Driver {
  const { cwd, command = [], model, history = [] } = options;
  const [interpreter = '', ...before] = interpreterOf(command[0] ?? 'aider');
  const git = gitPlace(cwd);
  // Its own group: an interrupt is for it and for the command that it runs.
  const child = spawn(interpreter, [...before, '-u', '-c', code], {
    cwd,
    env: { ...process.env, ...git.env, PYTHONIOENCODING: 'utf-8' },
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const signal = (name: NodeJS.Signals) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-child.pid, name);
  };
  const driver: Driver = {
    child,
    lines: read(child),
    send: (line) => void child.stdin?.write(`${JSON.stringify(line)}\n`),
    interrupt: () => signal('SIGINT'),
    close: async () => {
      const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
      child.stdin?.end();
      const timer = setTimeout(() => signal('SIGKILL'), END_MS);
      await ended;
      clearTimeout(timer);
    },
  };
  // A driver that is gone tells so by its end.
  child.stdin?.on('error', () => {});
  driver.send({ args: [...command.slice(1), ...argumentsOf(model, git.inside)], history: conversation(history) });
  return driver;
}

async function* read(child: ChildProcess): AsyncGenerator<DriverLine> {
  const failed = once(child, 'error').then(([error]) => Promise.reject(error as Error));
  failed.catch(() => {}); // told by the read below, or nobody reads any more
  const splitter = new LineSplitter(MAX_LINE_BYTES);
  for await (const chunk of child.stdout ?? []) {
    for (const line of splitter.push(chunk as Uint8Array)) {
      if (typeof line !== 'string') throw new Error('the driver of Aider wrote a line that is too long');
      yield DriverLine.parse(JSON.parse(line));
    }
  }
  if (child.pid === undefined) await failed;
}

/** Nothing of the person's repository is touched unasked: no commits, no .gitignore, no files of Aider's own in it. */
function argumentsOf(model: string | undefined, git: boolean): string[] {
  return [
    ...(model === undefined ? [] : ['--model', model]),
    ...(git ? [] : ['--no-git']),
    ...['--no-auto-commits', '--no-dirty-commits', '--no-gitignore', '--no-auto-lint', '--no-detect-urls'],
    ...['--no-pretty', '--no-fancy-input', '--no-check-update', '--no-show-release-notes', '--analytics-disable'],
    ...['--input-history-file', join(tmpdir(), 'aider.input.history')],
    ...['--chat-history-file', join(tmpdir(), 'aider.chat.history.md')],
  ];
}

/** In a repository without a name for its author Aider would write one into its configuration: it is told one by the environment. */
function gitPlace(cwd: string): { inside: boolean; env: Record<string, string> } {
  const git = (...args: string[]) => spawnSync('git', args, { cwd, encoding: 'utf8' });
  if (git('rev-parse', '--is-inside-work-tree').status !== 0) return { inside: false, env: {} };
  const missing = ['user.name', 'user.email'].filter((key) => git('config', '--get', key).status !== 0);
  const first = Number(process.env.GIT_CONFIG_COUNT ?? 0);
  const pairs = missing.flatMap((key, n) => [
    [`GIT_CONFIG_KEY_${first + n}`, key],
    [`GIT_CONFIG_VALUE_${first + n}`, 'aider'],
  ]);
  return { inside: true, env: { ...Object.fromEntries(pairs), GIT_CONFIG_COUNT: String(first + missing.length) } };
}

/** What was said so far, in the form that models know; what tools did is told as text. */
function conversation(history: readonly HistoryItem[]): Said[] {
  return history.map(saidOf);
}

interface Said {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

function saidOf(item: HistoryItem): Said {
  switch (item.kind) {
    case 'user':
    case 'assistant':
      return { role: item.kind, content: item.text };
    case 'summary':
      return { role: 'user', content: `What was said before:\n${item.text}` };
    case 'toolCall':
      return { role: 'assistant', content: `[${item.name} ${JSON.stringify(item.input)}]` };
    case 'toolResult':
      return { role: 'user', content: item.output === '' ? '[done]' : item.output };
  }
}
