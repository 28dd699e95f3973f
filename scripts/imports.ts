/** The rules of docs/decisions and CONTRIBUTING about who may import whom, as a pure function over source texts. */
import { dirname, normalize } from 'node:path/posix';
import ts from 'typescript';

/** A source file: its path relative to the clone with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Which packages a package may import. Down only: architecture §3, and `runtime` as decision 0002 adds it. */
export const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  session: ['protocol'],
  runtime: [],
  providers: ['protocol', 'runtime'],
  machine: ['protocol', 'session', 'providers', 'runtime'],
  hub: ['session', 'protocol', 'providers', 'runtime'],
  cli: ['protocol', 'session', 'runtime'],
  web: ['session', 'protocol'],
};

/** Packages whose folders are domains: entered from outside by their index.ts only. */
const WITH_DOMAINS = new Set(['hub', 'machine']);

const MAX_LINES = 350;
const GENERATED = /(^|\/)(fixtures|generated|samples)\/|\.d\.ts$/;
const TEST = /\.(test|spec)\.ts$/;
const TESTING = /(\/testing\/|\/testing\.ts$)/;

/** Tests, and what serves tests alone. */
export function isForTests(path: string): boolean {
  return TEST.test(path) || TESTING.test(path);
}

/** One sentence per broken rule, each beginning with the file's path. */
export function brokenRules(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => !GENERATED.test(file.path))
    .flatMap((file) => [
      ...lengthOf(file),
      ...mainOf(file),
      ...importsOf(file).flatMap((specifier) => brokenImport(file.path, specifier)),
    ]);
}

/** Every module that the file imports: statically, dynamically, for its types, or to export it again. */
export function importsOf({ path, text }: SourceFile): string[] {
  const script = path.endsWith('.svelte') ? scriptsOf(text) : text;
  return ts.preProcessFile(script, true, true).importedFiles.map((file) => file.fileName);
}

function lengthOf({ path, text }: SourceFile): string[] {
  if (TEST.test(path)) return [];
  const lines = text.split('\n').length - 1;
  return lines > MAX_LINES ? [`${path}: ${lines} lines, more than ${MAX_LINES}: split it by what it does`] : [];
}

/** In a bundle all modules share one `import.meta`, so `main` says nothing about a module that is not the program itself. */
function mainOf({ path, text }: SourceFile): string[] {
  if (!path.startsWith('packages/') || path.endsWith('/main.ts')) return [];
  return text.includes('import.meta.main') ? [`${path}: asks for import.meta.main, which only a main.ts may`] : [];
}

function brokenImport(from: string, specifier: string): string[] {
  const importer = packageOf(from);
  if (!importer) return [];
  if (specifier.startsWith('@agor/')) return brokenDirection(from, importer, specifier.split('/')[1] ?? '');
  if (!specifier.startsWith('.')) return [];
  const target = normalize(`${dirname(from)}/${specifier}`);
  if (packageOf(target) !== importer)
    return [`${from}: imports ${specifier}, which lies outside of its package: import @agor/<package>`];
  return WITH_DOMAINS.has(importer) ? brokenDoor(from, target) : [];
}

function brokenDirection(from: string, importer: string, target: string): string[] {
  const allowed = ALLOWED[importer];
  if (!allowed) return [`${from}: package ${importer} has no line in ALLOWED (scripts/imports.ts)`];
  if (allowed.includes(target)) return [];
  return [
    `${from}: ${importer} must not import ${target}; it may import ${allowed.join(', ') || 'no package of ours'}`,
  ];
}

function brokenDoor(from: string, target: string): string[] {
  const domain = domainOf(target);
  if (!domain || domain === domainOf(from) || target === `${domain}/index.ts`) return [];
  // A domain's helpers for tests are for the tests of all, and for nothing else.
  if (TESTING.test(target) && isForTests(from)) return [];
  return [`${from}: reaches into ${target}; ${domain} is entered by its index.ts only`];
}

/** 'hub' for 'packages/hub/src/server/http.ts'. */
export function packageOf(path: string): string | undefined {
  return path.match(/^packages\/([^/]+)\//)?.[1];
}

/** 'packages/hub/src/server' for 'packages/hub/src/server/http.ts'; undefined for a file directly in src. */
export function domainOf(path: string): string | undefined {
  return path.match(/^(packages\/[^/]+\/src\/[^/]+)\//)?.[1];
}

function scriptsOf(svelte: string): string {
  return [...svelte.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) => script).join('\n');
}
