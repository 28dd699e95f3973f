import { fstatSync } from 'node:fs';
import type { Access, LauncherOrders } from './orders.ts';
import { address, closeDescriptor, openPath, systemCall } from './system-calls.ts';

/** The same numbers on all of Linux's architectures that we run on. */
const CREATE_RULESET = 444;
const ADD_RULE = 445;
const RESTRICT_SELF = 446;
const RULE_PATH_BENEATH = 1;
const RULE_NET_PORT = 2;

/** linux/landlock.h: rights to files, in the order in which versions brought them. */
const EXECUTE = 1n << 0n;
const WRITE_FILE = 1n << 1n;
const READ_FILE = 1n << 2n;
const READ_DIR = 1n << 3n;
const MAKE_CHAR = 1n << 6n;
const MAKE_BLOCK = 1n << 11n;
const REFER = 1n << 13n;
const TRUNCATE = 1n << 14n;
const IOCTL_DEV = 1n << 15n;
const CONNECT_TCP = 1n << 1n;
const SCOPE_ALL = 0b11n; // abstract Unix sockets, signals

/** All rights to files that a version knows. */
function handled(abi: number): bigint {
  const first = (1n << 13n) - 1n;
  return first | (abi >= 2 ? REFER : 0n) | (abi >= 3 ? TRUNCATE : 0n) | (abi >= 5 ? IOCTL_DEV : 0n);
}

/** Rights that make sense for a file that is no folder; the kernel refuses the others there. */
const OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV;

function rights(access: Access, abi: number): bigint {
  switch (access) {
    case 'list':
      return READ_DIR;
    case 'read':
      return EXECUTE | READ_FILE | READ_DIR;
    case 'write':
      return handled(abi) & ~(MAKE_CHAR | MAKE_BLOCK); // nobody makes devices
  }
}

/** Confines the calling thread for ever; `execute` must follow. Paths that are not there are left out: that only takes away. */
export function restrictSelf({ abi, paths, ports }: NonNullable<LauncherOrders['landlock']>): void {
  // handled_access_fs, handled_access_net, scoped; older kernels know only the first ones.
  const size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
  const attributes = new BigUint64Array([handled(abi), abi >= 4 ? CONNECT_TCP : 0n, abi >= 6 ? SCOPE_ALL : 0n]);
  const ruleset = systemCall('landlock_create_ruleset', CREATE_RULESET, address(attributes), size, 0);
  for (const [access, path] of paths) addPath(ruleset, path, rights(access, abi));
  if (abi >= 4) for (const [from, to] of ports) addPorts(ruleset, from, to);
  systemCall('landlock_restrict_self', RESTRICT_SELF, ruleset, 0);
  closeDescriptor(ruleset);
}

function addPath(ruleset: number, path: string, allowed: bigint): void {
  const fd = openPath(path);
  if (fd === null) return;
  const rule = Buffer.alloc(12); // packed: u64 allowed_access, s32 parent_fd
  rule.writeBigUInt64LE(fstatSync(fd).isDirectory() ? allowed : allowed & OF_FILES, 0);
  rule.writeInt32LE(fd, 8);
  systemCall('landlock_add_rule', ADD_RULE, ruleset, RULE_PATH_BENEATH, address(rule), 0);
  closeDescriptor(fd);
}

function addPorts(ruleset: number, from: number, to: number): void {
  const rule = new BigUint64Array([CONNECT_TCP, 0n]); // allowed_access, port
  for (let port = from; port <= to; port++) {
    rule[1] = BigInt(port);
    systemCall('landlock_add_rule', ADD_RULE, ruleset, RULE_NET_PORT, address(rule), 0);
  }
}
