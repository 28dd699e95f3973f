import { parseArgs } from 'node:util';
import { chaos } from './chaos.ts';

/** `npm run chaos -- --seeds 50`: many seeds, one after the other. A seed that fails can be run alone: `--seed N --verbose`. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      sessions: { type: 'string', default: '3' },
      prompts: { type: 'string', default: '8' },
      faults: { type: 'string', default: '6' },
      verbose: { type: 'boolean', default: false },
    },
  });
  const first = Number(values.seed ?? 1);
  const count = Number(values.seeds ?? (values.seed ? 1 : 10));
  let failed = 0;
  for (let seed = first; seed < first + count; seed++) {
    const began = performance.now();
    const result = await chaos({
      seed,
      sessions: Number(values.sessions),
      prompts: Number(values.prompts),
      faults: Number(values.faults),
      log: values.verbose ? (line) => console.log(line) : undefined,
    });
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const verdict = result.faults.length === 0 ? 'ok' : 'FAILED';
    console.log(`seed ${seed}: ${verdict}, ${result.events} events, ${result.struck.join(' ')}, ${seconds} s`);
    for (const fault of result.faults) console.log(`  ${fault}`);
    if (result.faults.length > 0) failed += 1;
  }
  console.log(`\n${count - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
