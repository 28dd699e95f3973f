import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AgentMessage, MessageOf } from '@agor/protocol';
import { z } from 'zod';
import { worktreeOf } from './worktree.ts';

/** Subagents of one session that work in worktrees of their own; of more, the oldest are forgotten. */
const MAX_ISOLATED = 500;

const Isolation = z.object({ isolation: z.literal('worktree') });
const Entered = z.object({
  path: z.string().min(1).optional().catch(undefined),
  name: z.string().min(1).optional().catch(undefined),
});

/** Where a session's commands run: its folder, the worktree that it entered, or a subagent's own, whose path nobody tells (spec §4.5). */
export class SessionPlace {
  #told: string | null = null;
  #entered: string | null = null;
  /** The call that is about to enter a worktree. */
  #entering: { readonly toolUseId: string; readonly path: string | null } | null = null;
  #leaving: string | null = null;
  readonly #isolated = new Set<string>();

  /** The folder's real path, where that is another: agents tell either. */
  readonly #real: string | null;

  constructor(private readonly cwd: string) {
    this.#real = realPath(cwd);
  }

  /** One name for one file: below the session's folder it is called as from there. */
  canonical(path: string): string {
    if (this.#real === null || (path !== this.#real && !path.startsWith(`${this.#real}/`))) return path;
    return `${this.cwd}${path.slice(this.#real.length)}`;
  }

  /** The folder that the agent's paths are told from. */
  get folder(): string {
    return this.#told === null ? this.cwd : this.canonical(this.#told);
  }

  /** Where a message's commands run; null for a subagent in a worktree of its own: only its absolute paths say what it writes. */
  folderOf(message: Pick<AgentMessage, 'parentId'>): string | null {
    if (message.parentId !== undefined && this.#isolated.has(message.parentId)) return null;
    return this.#entered ?? this.folder;
  }

  take(message: AgentMessage): void {
    if (message.type === 'init' && message.parentId === undefined) this.#init(message.content.cwd);
    if (message.type === 'tool_call') this.#called(message);
    if (message.type === 'tool_result') this.#answered(message.content);
  }

  #init(cwd: string | undefined): void {
    if (cwd === undefined || cwd === this.#told) return;
    this.#told = cwd;
    this.#entered = null;
  }

  #called({ content: { toolUseId, name, kind, input }, parentId }: MessageOf<'tool_call'>): void {
    const isInside = parentId !== undefined && this.#isolated.has(parentId);
    if (kind === 'agent' && (isInside || Isolation.safeParse(input).success)) {
      const [oldest] = this.#isolated;
      if (this.#isolated.size >= MAX_ISOLATED && oldest !== undefined) this.#isolated.delete(oldest);
      this.#isolated.add(toolUseId);
    }
    if (isInside) return;
    if (name === 'EnterWorktree') {
      const { path, name: named } = Entered.catch({}).parse(input);
      const below = named === undefined ? null : join(this.folder, '.claude/worktrees', named);
      this.#entering = { toolUseId, path: path === undefined ? below : resolve(this.folder, path) };
    }
    if (name === 'ExitWorktree') this.#leaving = toolUseId;
  }

  #answered({ toolUseId, isError, output }: MessageOf<'tool_result'>['content']): void {
    if (this.#entering?.toolUseId === toolUseId) {
      // What it answers names the folder, however it was asked for.
      const told = /\/\S+?(?=[.,;:'"`)]*(?:\s|$))/.exec(output)?.[0];
      if (!isError) this.#entered = (told === undefined ? null : worktreeOf(told)) ?? this.#entering.path;
      this.#entering = null;
    }
    if (this.#leaving === toolUseId) {
      if (!isError) this.#entered = null;
      this.#leaving = null;
    }
  }
}

function realPath(path: string): string | null {
  try {
    const real = realpathSync(path);
    return real === path ? null : real;
  } catch {
    return null; // not there, or on another computer: then paths are taken as they are told
  }
}
