import { join, resolve } from 'node:path';
import type { McpServer } from '@agor/protocol';
import { programCommand } from '@agor/runtime';

/** What an agent's shell needs to find `btmsg` and `bttask`, and them to find their program. */
export interface TeamTools {
  /** The folder of the commands; goes before the others on PATH. */
  readonly bin: string;
  readonly env: Readonly<Record<string, string>>;
  /** `agor mcp`, for agents that take tools. */
  readonly mcp: { readonly command: string; readonly args: string[] };
}

/** Of the machine's own build, so that an agent never runs another one's. Throws when the program is missing. */
export function teamTools(from: Pick<ImportMeta, 'dir'>): TeamTools {
  const [bun = process.execPath, ...args] = programCommand('team', from);
  const [mcpBun = bun, ...mcpArgs] = programCommand('mcp', from);
  const program = args.at(-1) ?? '';
  return {
    // From a bundle in dist/<hash>/ as from a source file in packages/machine/src/<domain>/ the repository's or package's own bin/.
    bin: resolve(binRoot(from.dir), 'bin'),
    env: { AGOR_BUN: bun, AGOR_TEAM_PROGRAM: program },
    mcp: { command: mcpBun, args: mcpArgs },
  };
}

/**
 * Puts the commands on the PATH of an agent and of what it starts: also of a login shell, which forgets the PATH that it was given. What
 * the person had bash read instead is read after ours.
 */
export function withTeamCommands({ bin }: TeamTools, env: Record<string, string>): Record<string, string> {
  const own = env.BASH_ENV;
  return {
    ...env,
    PATH: `${bin}:${env.PATH}`,
    AGOR_BIN: bin,
    BASH_ENV: join(bin, 'agent-shell.sh'),
    ...(own ? { AGOR_BASH_ENV: own } : {}),
  };
}

/** The MCP server of a session: it proves itself with the session's token, as the commands do. */
export function teamServer({ mcp }: TeamTools, env: Readonly<Record<string, string>>): McpServer {
  const passed = ['AGOR_SOCKET', 'AGOR_TOKEN'].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  return { ...mcp, env: Object.fromEntries(passed) };
}

function binRoot(dir: string): string {
  const source = dir.lastIndexOf('/packages/');
  return source >= 0 ? dir.slice(0, source) : resolve(dir, '..', '..');
}
