import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { World } from '@agor/e2e/world';
import { z } from 'zod';
import { chromiumLaunch } from '../../packages/web/chromium.ts';
import { atLeast, atMost, type Row } from '../row.ts';

/** Fetched by npm when it is first asked for: 180 MB that nobody else needs. */
const PACKAGE = 'lighthouse@13.5.0';
const FOLDER = resolve(import.meta.dir, '..', '..', '.cache', PACKAGE.replace('@', '-'));

const Report = z.object({
  categories: z.record(z.string(), z.object({ title: z.string(), score: z.number() })),
  audits: z.record(z.string(), z.object({ numericValue: z.number().optional() })),
});

/** Lighthouse in its desktop setting, of the first start with the demo, at the hub itself. */
export async function run(): Promise<Row[]> {
  await install();
  await using world = new World({ name: 'bench-lighthouse' });
  const { info } = await world.serve();
  const { categories, audits } = await audit(`${info.url.replace(/\/$/, '')}/#token=${info.token}`, world.env);
  const ms = (name: string) => audits[name]?.numericValue ?? Number.NaN;
  return [
    ...Object.values(categories).map(({ title, score }) => atLeast(`Lighthouse: ${title}`, score * 100, 95, '')),
    atMost('… the largest content is painted', ms('largest-contentful-paint'), 1000, 'ms'),
    { name: '… total blocking time', value: ms('total-blocking-time'), unit: 'ms' },
  ];
}

async function install(): Promise<void> {
  if (existsSync(join(FOLDER, 'node_modules', 'lighthouse'))) return;
  mkdirSync(FOLDER, { recursive: true });
  await ended(['npm', 'install', '--prefix', FOLDER, '--ignore-scripts', '--no-audit', '--no-fund', PACKAGE]);
}

async function audit(url: string, env: Record<string, string>) {
  const { executablePath = '', args = [] } = chromiumLaunch();
  const command = [
    join(FOLDER, 'node_modules', '.bin', 'lighthouse'),
    url,
    '--preset=desktop',
    '--only-categories=performance,accessibility,best-practices',
    '--output=json',
    '--quiet',
    `--chrome-flags=--headless=new ${args.join(' ')}`,
  ];
  return Report.parse(JSON.parse(await ended(command, { ...env, CHROME_PATH: executablePath })));
}

async function ended(command: string[], env?: Record<string, string>): Promise<string> {
  const child = Bun.spawn(command, { env: env ?? process.env, stdout: 'pipe', stderr: 'inherit' });
  const text = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`${command[0]} failed`);
  return text;
}
