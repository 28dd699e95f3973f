/** Whether the domains of a package lie on floors: none imports, by whatever way round, one that imports it. */
import { dirname, normalize } from 'node:path/posix';
import { domainOf, importsOf, isForTests, packageOf, type SourceFile } from './imports.ts';

/** The face's domains meet in its state and its commands, which know of each other; it is the one package without floors. */
const WITHOUT_FLOORS = new Set(['web']);

/** One sentence per circle of domains, with a file for each step. Types count: what reads alone can be moved alone. */
export function circlesOf(files: readonly SourceFile[]): string[] {
  const steps = stepsOf(files);
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (domain: string, way: readonly string[]): void => {
    const begin = way.indexOf(domain);
    if (begin !== -1) circles.push(inWords([...way.slice(begin), domain], steps));
    if (begin !== -1 || done.has(domain)) return;
    for (const below of steps.get(domain)?.keys() ?? []) visit(below, [...way, domain]);
    done.add(domain);
  };
  for (const domain of [...steps.keys()].sort()) visit(domain, []);
  return circles;
}

/** Domain → the domains of its package that it imports → a file that does. */
function stepsOf(files: readonly SourceFile[]): Map<string, Map<string, string>> {
  const steps = new Map<string, Map<string, string>>();
  for (const file of files) {
    const from = domainOf(file.path);
    if (!from || isForTests(file.path) || WITHOUT_FLOORS.has(packageOf(file.path) ?? '')) continue;
    for (const specifier of importsOf(file).filter((one) => one.startsWith('.'))) {
      const to = domainOf(normalize(`${dirname(file.path)}/${specifier}`));
      if (!to || to === from || packageOf(to) !== packageOf(from)) continue;
      const below = steps.get(from) ?? new Map<string, string>();
      steps.set(from, below.has(to) ? below : below.set(to, file.path));
    }
  }
  return steps;
}

function inWords(circle: readonly string[], steps: ReadonlyMap<string, ReadonlyMap<string, string>>): string {
  const name = (domain: string) => domain.split('/').at(-1);
  const ties = circle.slice(1).map((to, at) => `${steps.get(circle[at] as string)?.get(to)} → ${name(to)}`);
  return `a circle of domains: ${circle.map(name).join(' → ')} (${ties.join(', ')})`;
}
