import { type Args, has } from './writers.ts';

/** Commands of git that change files of the work tree, and which. */
export function gitWrites(args: readonly string[], known: Args): readonly string[] | 'tree' {
  const [command, ...rest] = args;
  switch (command) {
    case 'checkout':
      return checkedOut(known);
    case 'restore': {
      if (has(known, /^(--staged|-S)$/) && !has(known, /^(--worktree|-W)$/)) return [];
      return files(valueless(rest, known, ['-s', '--source']));
    }
    case 'rm':
      return has(known, /^--cached$/) ? [] : files(rest);
    case 'mv':
      return rest;
    case 'stash':
      return ['list', 'show', 'drop', 'clear', 'branch', 'create', 'store'].includes(rest[0] ?? '') ? [] : 'tree';
    case 'reset':
      return has(known, /^--(hard|merge|keep)$/) ? 'tree' : [];
    case 'apply':
      return has(known, /^--(check|stat|numstat|summary|cached)$/) ? [] : 'tree';
    case 'switch':
      return has(known, /^(-c|-C|--create|--force-create)$/) ? [] : 'tree';
    case 'clean':
      return has(known, /^(-[a-zA-Z]*n[a-zA-Z]*|--dry-run)$/) ? [] : 'tree';
    case 'am':
    case 'cherry-pick':
    case 'merge':
    case 'pull':
    case 'rebase':
    case 'revert':
      return 'tree';
    default:
      return [];
  }
}

function checkedOut(known: Args): readonly string[] | 'tree' {
  const end = known.indexOf('--');
  if (end >= 0) return files(known.slice(end + 1).filter((a) => a !== null));
  return has(known, /^(-b|-B|--orphan)$/) ? [] : 'tree';
}

/** The folder itself means all that is in it. */
function files(paths: readonly string[]): readonly string[] | 'tree' {
  return paths.some((path) => path === '.' || path === ':/' || path.endsWith('/')) ? 'tree' : paths;
}

function valueless(args: readonly string[], known: Args, options: readonly string[]): string[] {
  const values = known.flatMap((a, at) => (a !== null && options.includes(a) ? [known[at + 1]] : []));
  return args.filter((a) => !values.includes(a));
}
