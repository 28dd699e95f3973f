/**
 * Tells the bundler which calls of a module may go when nothing uses their result: those that make zod schemas.
 *
 * A schema is made by calls, and a bundler keeps every call it can't prove harmless: each program would make all
 * schemas of the protocol when it starts (a third of the hub's start, 20 MB in each process). So they are
 * marked `@__PURE__` on the way into the bundle; the sources stay as they are. See docs/decisions/0026-what-a-program-loads.md.
 */
import ts from 'typescript';

/** Of these files every call at the top makes a value and does nothing else: protocol's package.json says so (`sideEffects`). */
const ONLY_SCHEMAS = /[/\\]packages[/\\]protocol[/\\]src[/\\]/;
/** Modules that may hold schemas. */
const OURS = /[/\\]packages[/\\][a-z]+[/\\]src[/\\].*\.ts$/;

/** @returns {import('bun').BunPlugin} */
export function pureSchemas() {
  return {
    name: 'pure-schemas',
    setup(build) {
      build.onLoad({ filter: OURS }, async ({ path }) => {
        const source = await Bun.file(path).text();
        const contents = /from 'zod/.test(source) ? markPure(source, ONLY_SCHEMAS.test(path)) : source;
        return { contents, loader: 'ts' };
      });
    },
  };
}

/**
 * The source with each constant whose value is computed while the module loads made by one call that may go: of every one (`all`),
 * or of those that begin with `z.`. The mark alone before each call would keep what stands in their arguments, such as `Task.shape.title`.
 * @param {string} source
 * @param {boolean} all
 */
export function markPure(source, all) {
  const file = ts.createSourceFile('module.ts', source, ts.ScriptTarget.ESNext, true);
  let marked = source;
  const computed = file.statements
    .filter(ts.isVariableStatement)
    .flatMap((statement) => statement.declarationList.declarations)
    .map((declaration) => declaration.initializer)
    .filter((value) => value !== undefined && (all ? isComputed(value) : startsWithZ(value)));
  for (const value of computed.reverse()) {
    const [start, end] = [value?.getStart(file), value?.end];
    marked = `${marked.slice(0, start)}/* @__PURE__ */ (() => (${marked.slice(start, end)}))()${marked.slice(end)}`;
  }
  return marked;
}

/** @param {ts.Node} node @returns {boolean} whether anything is called or read to make it */
function isComputed(node) {
  if (ts.isFunctionLike(node)) return false;
  if (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isPropertyAccessExpression(node)) return true;
  return ts.forEachChild(node, (child) => isComputed(child) || undefined) ?? false;
}

/** @param {ts.Node} node whether the innermost object of the chain is `z` */
function startsWithZ(node) {
  let at = node;
  while (ts.isCallExpression(at) || ts.isNewExpression(at) || ts.isPropertyAccessExpression(at)) at = at.expression;
  return ts.isIdentifier(at) && at.text === 'z';
}
