/**
 * Run by Bun (`bun scripts/bundle.mjs OUT`, programs as JSON on stdin): bundles each program into OUT/<name>.js.
 * Flags and their reasons: docs/decisions/0005-bundle-flags.md.
 */
import { pureSchemas } from './lib/pure-schemas.mjs';

/** @type {{ name: string, entry: string }[]} */
const programs = await Bun.stdin.json();
const outdir = process.argv[2];
let failed = false;

/** What `import.meta` is in a bundle. All modules share it, so only a main.ts may ask for `import.meta.main`. */
const META =
  'var agorMeta = { dir: __dirname, dirname: __dirname, path: __filename, filename: __filename, url: Bun.pathToFileURL(__filename).href, main: true, env: process.env, require };';

for (const { name, entry } of programs) {
  const failure = await bundle(name, entry);
  if (!failure) continue;
  failed = true;
  console.error(`agor: ${name} (${entry}) does not bundle:\n${failure}`);
}
process.exit(failed ? 1 : 0);

/**
 * @param {string} name
 * @param {string} entry
 * @returns {Promise<string | undefined>} what went wrong
 */
async function bundle(name, entry) {
  const result = await Bun.build({
    entrypoints: [entry],
    outdir,
    naming: `${name}.js`,
    target: 'bun',
    format: 'cjs', // bytecode asks for it; so no top-level await in a program
    bytecode: true,
    minify: false, // gains nothing beside bytecode, and stacks stay readable
    sourcemap: 'linked',
    // CommonJS has no import.meta; Bun would freeze it to the source's place. Programs find their siblings by it.
    banner: META,
    define: { 'import.meta': 'agorMeta' },
    plugins: [pureSchemas()],
    throw: false,
  });
  if (result.success) return undefined;
  return result.logs
    .map((log) => `  ${log.position ? `${log.position.file}:${log.position.line}: ` : ''}${log.message}`)
    .join('\n');
}
