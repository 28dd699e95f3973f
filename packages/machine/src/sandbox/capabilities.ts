import { address, processControl, systemCall, tryProcessControl } from './system-calls.ts';

const PR_CAPBSET_DROP = 24;
const PR_CAP_AMBIENT = 47;
const PR_CAP_AMBIENT_CLEAR_ALL = 4;
const PR_SET_NO_NEW_PRIVS = 38;
const CAPSET_NUMBER: Partial<Record<NodeJS.Architecture, number>> = { x64: 126, arm64: 91, riscv64: 91 };
const CAPABILITY_VERSION_3 = 0x20080522;
const LAST_POSSIBLE = 63;

/**
 * linux/capability.h: what root needs to work on files of any owner and to become a lesser user. All else is taken: with it root could load
 * kernel modules, look into other processes, or reach files past every wall.
 */
const KEPT = [
  0, // CHOWN
  1, // DAC_OVERRIDE
  3, // FOWNER
  4, // FSETID
  5, // KILL; Landlock decides whom
  6, // SETGID
  7, // SETUID
  8, // SETPCAP
  10, // NET_BIND_SERVICE
];

/** What is executed from here on can never gain rights: no set-uid program works as such. */
export function forbidNewRights(): void {
  processControl('prctl(PR_SET_NO_NEW_PRIVS)', PR_SET_NO_NEW_PRIVS, 1);
}

/** Gives up the powers of root that a sandbox could not hold. Does nothing for who has none. */
export function dropPowers(): void {
  if (process.geteuid?.() !== 0) return;
  const number = CAPSET_NUMBER[process.arch];
  if (number === undefined) throw new Error(`the powers of root can't be given up on ${process.arch}`);
  // Those that this kernel does not know can't be dropped, and need not be.
  for (let one = 0; one <= LAST_POSSIBLE; one++) if (!KEPT.includes(one)) tryProcessControl(PR_CAPBSET_DROP, one);
  tryProcessControl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL);
  const kept = KEPT.reduce((bits, one) => bits + 2 ** one, 0);
  const header = new Uint32Array([CAPABILITY_VERSION_3, 0]);
  // effective, permitted, inheritable of the first 32; then of the others
  const data = new Uint32Array([kept, kept, 0, 0, 0, 0]);
  systemCall('capset', number, address(header), address(data));
}
