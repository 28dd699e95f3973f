import { readFileSync, realpathSync } from 'node:fs';
import type { Clock } from './clock.ts';
import { dropCleanPages } from './ffi.ts';

const LOOK_MS = 2_000;
/** Less processor time than this between two looks is rest. In ms. */
const REST_CPU_MS = 20;
/** What was done since the last time must be worth the trouble. In ms of processor time. */
const WORTH_CPU_MS = 50;

export interface MemoryAtRest {
  readonly clock: Clock;
  /** Processor time that this process has used, in ms. */
  readonly cpuMs?: () => number;
  readonly giveBack?: () => void;
}

/**
 * For a program that lives long and mostly waits: whenever it has done something and then rests, memory that only the work needed is given
 * back. Looks at its own processor time for that, so nothing has to report to it. Runs until disposed.
 */
export function giveMemoryBackAtRest(options: MemoryAtRest): Disposable {
  const { clock, cpuMs = ownCpuMs, giveBack = giveMemoryBack } = options;
  let seen = cpuMs();
  let worked = WORTH_CPU_MS; // the start was work
  const timer = clock.setInterval(() => {
    const now = cpuMs();
    const spent = now - seen;
    seen = now;
    worked += spent;
    if (spent >= REST_CPU_MS || worked < WORTH_CPU_MS) return;
    giveBack();
    worked = 0;
    seen = cpuMs(); // giving back is no work
  }, LOOK_MS);
  return timer;
}

/** Collects garbage, then lets go of the pages of the program file itself. */
function giveMemoryBack(): void {
  Bun.gc(true);
  releaseProgramPages();
}

/**
 * Lets go of the pages of Bun's own program file, some 40 MB of which a start maps and a waiting program does not use; what is used again comes
 * back from the page cache, 64 KiB at a time. Returns how many bytes were mapped; 0 where the system does not tell.
 */
export function releaseProgramPages(): number {
  let mappings: Mapping[];
  try {
    mappings = cleanMappings(readFileSync('/proc/self/smaps', 'utf8'), realpathSync(process.execPath));
  } catch {
    return 0; // no /proc: nothing is known, nothing is done
  }
  let bytes = 0;
  for (const { from, to, rss } of mappings) if (dropCleanPages(from, to)) bytes += rss;
  return bytes;
}

export interface Mapping {
  readonly from: bigint;
  readonly to: bigint;
  /** Bytes in memory. */
  readonly rss: number;
}

/** The mappings of a file that cannot be written and to which nothing ever was. @param smaps the text of `/proc/<pid>/smaps` */
export function cleanMappings(smaps: string, file: string): Mapping[] {
  const found: Mapping[] = [];
  for (const part of smaps.split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)) {
    const head = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ +(.*)$/m.exec(part);
    if (!head || head[4] !== file || head[3]?.includes('w')) continue;
    const [rss, ...written] = ['Rss', 'Shared_Dirty', 'Private_Dirty', 'Anonymous', 'Swap'].map((name) =>
      kib(part, name),
    );
    // A field that is missing is not known to be 0.
    if (rss === undefined || written.some((amount) => amount !== 0)) continue;
    found.push({ from: BigInt(`0x${head[1]}`), to: BigInt(`0x${head[2]}`), rss: rss * 1024 });
  }
  return found;
}

function kib(part: string, name: string): number | undefined {
  const value = new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(part)?.[1];
  return value === undefined ? undefined : Number(value);
}

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
