import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { VendorCli } from '../define.ts';

type Env = Readonly<Record<string, string | undefined>>;

const VERSION_LIMIT_MS = 5_000;
/** Versions of Node that were asked for, by file and time of its change. */
const MAX_KNOWN = 50;
const known = new Map<string, number | null>();
const NODE_SHEBANG = /^#!.*\bnode\b/;

/**
 * How to start a program: itself, or, when it is a script for Node, by the Node on PATH where that is new enough, else by the Bun that runs
 * us. So an agent in JavaScript runs on a computer whose Node is older than it asks for, or that has none.
 */
export function startOf(path: string, cli: Pick<VendorCli, 'node'>, env: Env): [string, ...string[]] {
  if (cli.node === undefined || !isNodeScript(path)) return [path];
  const node = Bun.which('node', { PATH: env.PATH ?? '' });
  if (node !== null && (majorOf(node) ?? 0) >= cli.node) return [node, path];
  return [process.execPath, path];
}

/** A program on PATH may be a wrapper or a native build: only what says that it is for Node is run by an interpreter of our choice. */
function isNodeScript(path: string): boolean {
  if (/\.[cm]?js$/.test(path)) return true;
  try {
    const file = openSync(path, 'r');
    try {
      const head = Buffer.alloc(256);
      return NODE_SHEBANG.test(head.toString('latin1', 0, readSync(file, head)));
    } finally {
      closeSync(file);
    }
  } catch {
    return false; // not there or not readable: its start says so better
  }
}

/** The major version of a Node; null when it does not tell. Asked once for each file. */
function majorOf(node: string): number | null {
  const key = `${node} ${statSync(node, { throwIfNoEntry: false })?.mtimeMs}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const { stdout } = Bun.spawnSync([node, '--version'], { env: {}, timeout: VERSION_LIMIT_MS, stderr: 'ignore' });
  const found = /^v(\d+)\./.exec(stdout.toString());
  const major = found ? Number(found[1]) : null;
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, major);
  return major;
}
