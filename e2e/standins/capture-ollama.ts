/**
 * `bun e2e/standins/capture-ollama.ts FOLDER`: leads the real runner of local models through conversations with the stand-in of Ollama and
 * writes what it journals, one event a line. Run it again when the loop's events change, and read the diff.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunOptions } from '@agor/protocol';
import { makeLoopHome, startLoop } from '../ollama/start-runner.ts';
import { startOllama } from './ollama.ts';
import type { RunnerProcess } from './runner-process.ts';

type Scene = readonly [name: string, options: Partial<RunOptions>, play: (runner: RunnerProcess) => Promise<void>];

const turns =
  (...prompts: string[]) =>
  async (runner: RunnerProcess) => {
    for (const [n, prompt] of prompts.entries()) {
      runner.prompt(prompt);
      await runner.turnEnded(n + 1);
    }
  };
const all = { permissionMode: 'bypassPermissions', controls: { thinking: 'on' } } as const;

const SCENES: readonly Scene[] = [
  ['turn', all, turns('write note.txt: one\ntwo', 'edit note.txt replace two with 2')],
  ['parallel', all, turns('parallel')],
  ['compact', all, turns('hello', '/compact', 'hello again')],
  ['failures', all, turns('fail 401', 'fail midstream', 'fail length', 'fail cut')],
  ['no-tools', { ...all, model: 'gemma3:4b' }, turns('hello')],
  [
    'interrupt',
    all,
    async (runner) => {
      runner.prompt('run: echo started; sleep 300');
      await runner.seen('agent_delta', ({ text }) => text.includes('started'));
      runner.interrupt();
      await runner.turnEnded();
    },
  ],
  [
    'denied',
    {},
    async (runner) => {
      runner.prompt('create denied.txt: no');
      runner.answer(await runner.ask(), { kind: 'permission', decision: 'deny', message: 'not here' });
      await runner.turnEnded();
    },
  ],
];

async function capture(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await using standIn = startOllama();
  for (const [name, options, play] of SCENES) {
    using home = makeLoopHome({ OLLAMA_HOST: standIn.url });
    await using runner = startLoop(home, options);
    await play(runner);
    // The folder of the capture says nothing.
    const events = runner.of('agent_event').map(({ event }) => JSON.stringify(event).replaceAll(home.work, '/work'));
    writeFileSync(
      join(folder, `${name}.ndjson`),
      `${events.join('\n').replaceAll(standIn.url, 'http://127.0.0.1:11434')}\n`,
    );
  }
}

const [, , folder] = process.argv;
if (!folder) throw new Error('Where to? bun e2e/standins/capture-ollama.ts FOLDER');
void capture(folder);
