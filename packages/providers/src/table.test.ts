import { expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ProviderCapabilities } from '@agor/protocol';
import { choosableProviders, type ProviderDefinition } from './index.ts';

const PAGE = join(resolve(import.meta.dir, '..', '..', '..'), 'docs', 'providers', 'README.md');
const TABLE = /(<!-- table -->\n)[\s\S]*?(<!-- \/table -->)/;

const COLUMNS: readonly (readonly [title: string, capability: keyof ProviderCapabilities])[] = [
  ['resume', 'resume'],
  ['fork', 'fork'],
  ['steer', 'steer'],
  ['plan', 'plan'],
  ['images', 'images'],
  ['cost', 'cost'],
  ['thinking level', 'thinkingLevel'],
  ['model list', 'modelList'],
  ['subagents', 'subagents'],
  ['compact', 'compact'],
  ['MCP', 'mcp'],
  ['import', 'importSessions'],
  ['skills', 'skills'],
  ['profiles', 'profiles'],
  ['pull models', 'pullModels'],
];

function row(provider: ProviderDefinition): string {
  const { capabilities, cli, caveat } = provider;
  const program = cli ? `\`${cli.binary}\` ${cli.version}` : '';
  const cells = COLUMNS.map(([, capability]) => (capabilities[capability] ? '✓' : ''));
  return [
    `${provider.label} (\`${provider.id}\`)`,
    program,
    ...cells,
    capabilities.permissionModes.join(', '),
    caveat ?? '',
  ]
    .map((cell) => ` ${cell.replaceAll('|', '\\|')} `)
    .join('|');
}

function table(): string {
  const titles = ['provider', 'program', ...COLUMNS.map(([title]) => title), 'ask modes', 'how far it was tried'];
  const lines = [titles.map((title) => ` ${title} `).join('|'), titles.map(() => '---').join('|')];
  return [...lines, ...choosableProviders({}).map(row)].map((line) => `|${line}|\n`).join('');
}

test('the page on providers says what each can do', () => {
  const page = readFileSync(PAGE, 'utf8');
  const now = page.replace(TABLE, (_all, begin: string, end: string) => `${begin}${table()}${end}`);
  if (process.env.UPDATE_DOCS) writeFileSync(PAGE, now);
  else if (page !== now)
    throw new Error(`docs/providers/README.md is not up to date; with UPDATE_DOCS=1 this test writes it:\n${table()}`);
  expect(now).toContain(table());
});
