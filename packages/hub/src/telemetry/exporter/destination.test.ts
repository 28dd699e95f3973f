import { expect, test } from 'bun:test';
import { createLogger } from '@agor/runtime';
import { Destination, type ExportResult } from './destination.ts';

test('that the collector is away is said once, and that it is back when both signals are', () => {
  const problems: string[] = [];
  const told = {
    raise: (code: string, words: string) => void problems.push(`${code}: ${words}`),
    clear: (code: string) => void problems.push(`${code} is mended`),
  };
  const destination = new Destination('http://collector', told, createLogger({ name: 'test', file: '/dev/null' }));
  const results: ExportResult[] = [];
  const exporter = () => ({
    export: (_: string, done: (result: ExportResult) => void) => done(results.shift() as never),
  });
  const [traces, metrics] = [destination.watch('traces', exporter()), destination.watch('metrics', exporter())];
  const seen: number[] = [];
  const send = (signal: typeof traces, ...answers: ExportResult[]) => {
    results.push(...answers);
    for (const _ of answers) signal.export('', ({ code }) => seen.push(code));
  };
  const failed = { code: 1, error: new Error('refused') };
  send(traces, failed, failed);
  send(metrics, failed);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain('collector at http://collector (refused)');
  send(traces, { code: 0 });
  expect(problems).toHaveLength(1);
  send(metrics, { code: 0 });
  expect(problems.slice(1)).toEqual(['telemetry-export is mended']);
  expect(seen).toEqual([1, 1, 1, 0, 0]);
});
