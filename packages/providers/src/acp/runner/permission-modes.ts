import { isAbsolute, relative, resolve } from 'node:path';
import type { PermissionMode } from '@agor/protocol';
import type { AcpAgent } from '../agents/index.ts';
import type { ToolCall } from './tool-call.ts';

/** How one agent's modes and agor's permission modes belong together. */
export class PermissionModes {
  readonly #modes: Partial<Readonly<Record<PermissionMode, string>>>;

  /** @param own the mode that the person's settings name for `default` */
  constructor(agent: AcpAgent | undefined, own: string | undefined) {
    this.#modes = { ...agent?.modes, ...(own === undefined ? {} : { default: own }) };
  }

  /**
   * The agent's mode for a permission mode, or null to leave it as it is. Throws, in words, when the mode that is asked for is not offered:
   * an agent that would go further than it was allowed must not run. Going unasked can be had without the agent: its asks are answered here.
   */
  wanted(mode: PermissionMode, offered: readonly string[]): string | null {
    const named = this.#modes[mode];
    if (named !== undefined && offered.includes(named)) return named;
    if (mode === 'acceptEdits' || mode === 'bypassPermissions') return this.wanted('default', offered);
    if (named !== undefined)
      throw new Error(
        `The agent does not offer the mode "${named}", in which it was to run, but ${offered.join(', ') || 'no modes'}. It was not started.`,
      );
    if (mode === 'plan') throw new Error('This agent has no plan mode that agor knows of.');
    return null;
  }

  /** The permission mode that a mode of the agent surely means. */
  meaning(mode: string | null): PermissionMode | null {
    const found = Object.entries(this.#modes).find(([, id]) => id === mode);
    return found ? (found[0] as PermissionMode) : null;
  }
}

/** Whether the permission mode answers this ask, when the agent asks all the same. */
export function allowedByMode(mode: PermissionMode, call: ToolCall, cwd: string): boolean {
  if (mode === 'bypassPermissions') return true;
  if (mode !== 'acceptEdits' || call.kind !== 'edit' || call.paths.length === 0) return false;
  return call.paths.every((path) => {
    const way = relative(cwd, resolve(cwd, path));
    return way !== '..' && !way.startsWith('../') && !isAbsolute(way);
  });
}
