import { run as events } from './events.ts';
import { run as face } from './face.ts';
import { run as flood } from './flood.ts';
import { run as idle } from './idle.ts';
import { run as latency } from './latency.ts';
import { run as live } from './live.ts';
import { run as lighthouse } from './page/lighthouse.ts';
import { run as soak } from './page/soak.ts';
import { run as transcript } from './page/transcript.ts';
import { machineLine, type Row, table } from './row.ts';
import { run as runner } from './runner.ts';
import { run as search } from './search.ts';
import { run as sessions } from './sessions.ts';
import { run as start } from './start.ts';
import { run as team } from './team.ts';
import { run as terminal } from './terminal.ts';

const BENCHES: Record<string, () => Promise<Row[]>> = {
  start,
  idle,
  runner,
  live,
  latency,
  events,
  team,
  terminal,
  flood,
  face,
  search,
  transcript,
  lighthouse,
};
const LONG_MINUTES = 10;
const longOnes = (minutes: number) => ({ sessions: () => sessions(minutes), soak: () => soak(minutes) });

/**
 * `npm run bench [-- NAME…] [--long[=MINUTES]]`: measures and prints a table beside the bars (docs/bench.md). `--long` adds the fifty
 * sessions and the window with twelve terminals.
 * Exit code 1 when a bar is not held.
 */
async function main(args: readonly string[]): Promise<number> {
  const names = args.filter((arg) => !arg.startsWith('-'));
  const long = args.map((arg) => /^--long(?:=(\d+))?$/.exec(arg)).find((match) => match !== null);
  const benches = { ...BENCHES, ...(long && longOnes(Number(long[1] ?? LONG_MINUTES))) };
  const unknown = [
    ...names.filter((name) => !(name in benches)),
    ...args.filter((arg) => arg.startsWith('-') && !long),
  ];
  if (unknown.length > 0) {
    console.error(
      `There is no ${unknown.join(', ')}. There are: ${Object.keys(BENCHES).join(', ')}, --long[=MINUTES].`,
    );
    return 2;
  }
  const rows: Row[] = [];
  // With `--long` all of the long ones run, unless one of them is named.
  const allLong = long !== undefined && !names.some((name) => name in longOnes(0));
  for (const [name, run] of Object.entries(benches)) {
    if (names.length > 0 && !names.includes(name) && !(name in longOnes(0) && allLong)) continue;
    process.stderr.write(`measuring ${name}…\n`);
    rows.push(...(await run()));
  }
  process.stdout.write(`${machineLine()}\n\n${table(rows)}\n`);
  return rows.some((row) => row.ok === false) ? 1 : 0;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
