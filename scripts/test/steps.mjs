/** What `npm test` runs. A package takes part as soon as it has what a step needs. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { findBun, nodeModules, root } from '../lib/places.mjs';
import { bunTest, oneCheck, playwright, vitest } from './counts.mjs';

/** @typedef {import('./run-step.mjs').Step} Step */

const node = process.execPath;
const packagesFolder = join(root, 'packages');
const web = join(packagesFolder, 'web');
/** Tests of the agents that speak ACP, one file each. */
const ACP_TESTS = 'e2e/acp/';
/** The sandbox, with one agent a file. */
const SANDBOX_TESTS = 'e2e/sandbox/';
/** Those whose sandbox is tried among the usual steps: one of ours, and one with a sandbox of its own. */
const USUALLY_CONFINED = ['demo', 'codex'].map((name) => `${SANDBOX_TESTS}${name}.test.ts`);

/** @returns {Step[]} in the order in which they are reported best: quick and telling ones first */
export function allSteps() {
  return [...staticSteps(), ...unitSteps(), ...webSteps(), ...endToEndSteps(), ...agentSteps()];
}

/** @returns {Step[]} */
function staticSteps() {
  const check = (/** @type {string} */ name, /** @type {string[]} */ command) =>
    /** @type {Step} */ ({ name, group: 'static', command, count: oneCheck, limitMinutes: 5 });
  return [
    ...typeProjects().map((project) =>
      check(`types ${project || 'all packages'}`, [
        node,
        tool('typescript/bin/tsc'),
        '-p',
        join(root, project),
        '--noEmit',
      ]),
    ),
    ...(existsSync(join(web, 'tsconfig.json'))
      ? [
          {
            ...check('types web', [
              node,
              tool('svelte-check/bin/svelte-check'),
              '--tsconfig',
              './tsconfig.json',
              '--fail-on-warnings',
              '--output',
              'human',
            ]),
            cwd: web,
          },
        ]
      : []),
    check('lint', [node, tool('@biomejs/biome/bin/biome'), 'ci', '--colors=off', '--error-on-warnings', '.']),
    { ...bunStep('workspace', 'static', ['scripts']), limitMinutes: 2 },
    check('unused', [node, tool('knip/bin/knip.js'), '--no-progress', '--no-config-hints']),
  ];
}

/**
 * The root project covers every package that adds nothing to the common settings; the others are checked on their own.
 * `scripts`, e2e and bench have settings of their own; so has the machine, because xterm's types bring the DOM's with them.
 */
function typeProjects() {
  const own = packages().filter(
    (name) => name !== 'web' && hasOwnSettings(join(packagesFolder, name, 'tsconfig.json')),
  );
  const others = ['scripts', 'e2e', 'bench'].filter((name) => filesBelow(join(root, name), /\.(ts|mjs)$/).length > 0);
  return ['', ...own.map((name) => `packages/${name}`), ...others];
}

/** @param {string} tsconfig */
function hasOwnSettings(tsconfig) {
  return existsSync(tsconfig) && JSON.parse(readFileSync(tsconfig, 'utf8')).compilerOptions !== undefined;
}

/** @returns {Step[]} */
function unitSteps() {
  return packages()
    .filter((name) => name !== 'web' && testsIn(`packages/${name}`).length > 0)
    .map((name) => ({
      ...bunStep(name, 'unit', [`packages/${name}`]),
      needsBubblewrap: name === 'machine',
      needsDbus: name === 'hub',
      needsKeyring: name === 'hub',
      needsSshd: name === 'hub',
    }));
}

/** @returns {Step[]} */
function webSteps() {
  const hasConfig = ['vitest.config.ts', 'vite.config.ts'].some(
    (file) =>
      existsSync(join(web, file)) &&
      (file.startsWith('vitest') || readFileSync(join(web, file), 'utf8').includes('test:')),
  );
  if (!hasConfig || testsIn('packages/web').length === 0) return [];
  const command = [
    node,
    tool('vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    '--outputFile.json={report}',
  ];
  return [{ name: 'web', group: 'web', command, cwd: web, count: vitest, limitMinutes: 10, needsChromium: true }];
}

/** @returns {Step[]} */
function endToEndSteps() {
  /** @type {Step[]} */
  const steps = [];
  const files = testsIn('e2e').filter(
    (file) => !file.startsWith(ACP_TESTS) && (!file.startsWith(SANDBOX_TESTS) || USUALLY_CONFINED.includes(file)),
  );
  if (files.length > 0)
    steps.push({
      ...bunTests('integration', 'e2e', files),
      limitMinutes: 20,
      needsChromium: true,
      needsBubblewrap: true,
      needsKeyring: true,
    });
  // Of the agents that speak ACP one stands for all; `npm run test:agents` runs the others too.
  steps.push({ ...bunTests('agent acp:opencode', 'e2e', [`${ACP_TESTS}opencode.test.ts`]) });
  if (existsSync(join(root, 'e2e/playwright.config.ts'))) {
    steps.push({
      name: 'browser',
      group: 'e2e',
      command: [node, tool('@playwright/test/cli.js'), 'test', '--reporter=list,json'],
      cwd: join(root, 'e2e'),
      env: { PLAYWRIGHT_JSON_OUTPUT_FILE: '{report}' },
      count: playwright,
      limitMinutes: 20,
      needsChromium: true,
      needsKeyring: true,
    });
  }
  return steps;
}

/**
 * Every real agent before a stand-in of its model's API: `npm run test:agents`. Those that are missing are installed.
 * @returns {Step[]}
 */
function agentSteps() {
  const vendors = ['claude', 'codex', 'ollama'].map((id) => ({
    ...bunStep(`agent ${id}`, 'agents', [`e2e/${id}`]),
    isUsual: true,
  }));
  const acp = testsIn(ACP_TESTS).map((file) => {
    const name = basename(file, '.test.ts');
    return { ...bunTests(`agent acp:${name}`, 'agents', [file]), isUsual: name === 'opencode' };
  });
  const confined = testsIn(SANDBOX_TESTS).map((file) => ({
    ...bunTests(`sandbox ${basename(file, '.test.ts')}`, 'agents', [file]),
    needsBubblewrap: true,
    isUsual: USUALLY_CONFINED.includes(file),
  }));
  return [...vendors, ...acp, ...confined].map((step) => ({ ...step, limitMinutes: 15 }));
}

/**
 * @param {string} name
 * @param {Step['group']} group
 * @param {string[]} folders
 * @returns {Step}
 */
function bunStep(name, group, folders) {
  return bunTests(name, group, folders.flatMap(testsIn));
}

/**
 * @param {string} name
 * @param {Step['group']} group
 * @param {string[]} tests paths from the root
 * @returns {Step}
 */
function bunTests(name, group, tests) {
  const files = tests.map((file) => `./${file}`);
  return {
    name,
    group,
    command: [/** @type {string} */ (findBun()), 'test', '--timeout', '20000', ...files],
    count: bunTest,
    limitMinutes: 8,
  };
}

/**
 * Bun would also take Playwright's *.spec.ts for its own: so files are named one by one.
 * @param {string} folder
 */
function testsIn(folder) {
  return filesBelow(join(root, folder), /\.test\.ts$/).map((file) => relative(root, file));
}

function packages() {
  return readdirSync(packagesFolder).filter((name) => existsSync(join(packagesFolder, name, 'package.json')));
}

/** @param {string} path */
function tool(path) {
  return join(nodeModules, path);
}

/**
 * @param {string} folder
 * @param {RegExp} pattern
 * @returns {string[]}
 */
function filesBelow(folder, pattern) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.isDirectory()) return filesBelow(join(folder, entry.name), pattern);
      return pattern.test(entry.name) ? [join(folder, entry.name)] : [];
    });
}
