import { run as events } from './events.ts';
import { run as idle } from './idle.ts';
import { type Row, table } from './row.ts';
import { run as start } from './start.ts';

const BENCHES: Record<string, () => Promise<Row[]>> = { start, idle, events };

/** `npm run bench [-- NAME…]`: measures and prints a table beside the bars. Exit code 1 when a bar is not held. */
async function main(names: readonly string[]): Promise<number> {
  const rows: Row[] = [];
  for (const [name, run] of Object.entries(BENCHES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    process.stderr.write(`measuring ${name}…\n`);
    rows.push(...(await run()));
  }
  process.stdout.write(`${table(rows)}\n`);
  return rows.some((row) => row.ok === false) ? 1 : 0;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
