/** Where things are in this clone. Plain JavaScript: it runs before anything is installed. */
import { readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone's top folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const nodeModules = join(root, 'node_modules');
export const dist = join(root, 'dist');
/** Things that may be deleted at any time: locks, incremental type information, vendor CLIs for tests. */
export const cache = join(root, '.cache');
/** Names the newest build: its hash on the first line, Bun's path relative to the clone on the second. */
export const currentBuild = join(dist, 'current');

/** Bun's executable, or undefined before the install. */
export function findBun() {
  return bunCandidates().find(isRealBinary);
}

/** Bun's path relative to the clone, for `dist/current`. */
export function bunFromRoot() {
  const bun = findBun();
  return bun && relative(root, bun);
}

/**
 * Bun's install script moves the binary from the platform package into `bun/bin`. Where install scripts are blocked
 * it stays in the platform package, and `bun/bin/bun.exe` is a small text that only prints an error.
 */
function bunCandidates() {
  const oven = join(nodeModules, '@oven');
  const platform = `bun-${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`;
  const packages = names(oven).filter((name) => name.startsWith(platform));
  const file = process.platform === 'win32' ? 'bun.exe' : 'bun';
  return [
    join(nodeModules, 'bun', 'bin', 'bun.exe'),
    ...packages.sort((a, b) => a.length - b.length).map((name) => join(oven, name, 'bin', file)),
  ];
}

/** @param {string} path */
function isRealBinary(path) {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 1_000_000;
}

/** @param {string} folder */
function names(folder) {
  return statSync(folder, { throwIfNoEntry: false }) ? readdirSync(folder) : [];
}
