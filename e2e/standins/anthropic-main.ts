/**
 * The stand-in as a process: `bun e2e/standins/anthropic-main.ts --port N --script built-in`.
 * First line of stdout: {"url"}. Lines on stdin: `release NAME`, `waiting NAME`, `requests`. Ends at stdin's end or SIGTERM.
 */

import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { BUILT_IN, type Script, startAnthropic } from './anthropic.ts';

/** Scripts by name; `echo` answers everything with "You said: …". */
const SCRIPTS: Record<string, Script> = { 'built-in': BUILT_IN, echo: [] };

const { values } = parseArgs({ options: { port: { type: 'string' }, script: { type: 'string' } } });
const script = SCRIPTS[values.script ?? 'built-in'];
const port = Number(values.port ?? 0);
if (!script || !Number.isInteger(port)) {
  console.error(`usage: anthropic-main.ts [--port N] [--script ${Object.keys(SCRIPTS).join('|')}]`);
  process.exit(2);
}

const standIn = startAnthropic({ port, script });
console.log(JSON.stringify({ url: standIn.url }));

const end = async () => {
  await standIn.close();
  process.exit(0);
};
process.once('SIGTERM', end);
process.once('SIGINT', end);

const lines = createInterface({ input: process.stdin });
lines.on('close', end);
lines.on('line', (line) => {
  const [command, name] = line.trim().split(/\s+/);
  if (command === 'release') standIn.release(name);
  else if (command === 'waiting') console.log(JSON.stringify({ waiting: standIn.waitingAt(name) }));
  else if (command === 'requests') console.log(JSON.stringify({ requests: standIn.requests }));
  else if (command) console.error(`unknown command: ${command}`);
});
