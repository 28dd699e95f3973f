import { isAbsolute, relative, resolve } from 'node:path';
import type { z } from 'zod';
import { diffsOf } from '../adapter/diffs.ts';
import type { FileChangeEntry } from '../adapter/vendor-events.ts';
import { bareCommand, filesTitle, oneLine, shortPath } from '../words.ts';
import type { CommandApproval, PermissionsApproval } from './ask-schemas.ts';

/** A permission ask as the person sees it, without its id. */
export interface AskWords {
  readonly toolName: string;
  readonly title: string;
  readonly description?: string;
  readonly reason?: string;
  readonly input: unknown;
  readonly alwaysLabel?: string;
  readonly alwaysScope?: 'input' | 'tool';
}

export function commandWords(
  approval: z.infer<typeof CommandApproval>,
  cwd: string,
  /** Codex may keep rules of its own: outside of our sandbox only, for they stand in its settings. */
  keepsRules: boolean,
): AskWords {
  const { reason, networkApprovalContext: network, kind } = approval;
  const command = bareCommand(approval.command ?? '');
  const where = approval.cwd && approval.cwd !== cwd ? shortPath(cwd, approval.cwd) : null;
  const shared = {
    ...(reason ? { reason } : {}),
    ...(where === null ? {} : { description: `In ${where}` }),
    input: { command, ...(where === null ? {} : { cwd: approval.cwd }) },
    alwaysScope: 'input' as const,
  };
  if (network) {
    const address = `${network.protocol}://${network.host}`;
    return {
      ...shared,
      toolName: 'network',
      title: `Connect to ${address}`,
      input: { address },
      alwaysLabel: `Always allow connections to ${network.host} in this project`,
    };
  }
  const rule = keepsRules ? approval.proposedExecpolicyAmendment : null;
  return {
    ...shared,
    toolName: 'shell',
    title:
      kind === 'command' || kind === undefined
        ? `Run: ${oneLine(command)}`
        : `Type into a running command: ${oneLine(command)}`,
    alwaysLabel: rule
      ? `Always allow exactly this command in this project, and commands that begin with \`${oneLine(rule.join(' '))}\` in every project: Codex keeps that rule in its own settings`
      : 'Always allow exactly this command in this project',
  };
}

/** An ask for a patch. Files of the project's folders have a name of their own, so that an "always" for them reaches no others. */
export function patchWords(
  changes: readonly FileChangeEntry[],
  reason: string | null | undefined,
  place: { readonly cwd: string; readonly folders: readonly string[] },
): AskWords {
  const { cwd } = place;
  const far = !isInside(changes, place);
  const diffs = diffsOf(changes, (path) => shortPath(cwd, path));
  const [first] = diffs;
  const patch = diffs
    .map((diff, index) => (index === 0 ? diff.patch : diff.patch.replace(/^(@@ [^@]* @@).*$/m, `$1 ${diff.path}`)))
    .join('');
  const verb = changes.every(({ kind }) => kind.type === 'add')
    ? 'Write'
    : changes.every(({ kind }) => kind.type === 'delete')
      ? 'Delete'
      : 'Edit';
  return {
    toolName: far ? 'apply_patch (outside of the project)' : 'apply_patch',
    title: `${verb} ${filesTitle(
      cwd,
      changes.map(({ path }) => path),
    )}`,
    ...(reason ? { reason } : {}),
    input: {
      ...(first ? { path: first.path, patch } : {}),
      changes: diffs.map(({ path, change }) => ({ path, change })),
    },
    alwaysLabel: far ? 'Always allow exactly this change' : 'Always allow changes of files in this project',
    alwaysScope: far ? 'input' : 'tool',
  };
}

/** Whether all of a patch lies in the project's folders, and not where git and the vendors' programs find orders. */
export function isInside(
  changes: readonly FileChangeEntry[],
  { cwd, folders }: { readonly cwd: string; readonly folders: readonly string[] },
): boolean {
  const paths = changes.flatMap(({ path, kind }) => [path, ...(kind.move_path ? [kind.move_path] : [])]);
  return paths.every((path) =>
    [cwd, ...folders].some((folder) => {
      const way = relative(folder, resolve(cwd, path));
      return way !== '' && !way.startsWith('..') && !isAbsolute(way) && !GUARDED.test(way);
    }),
  );
}
const GUARDED = /^\.(git|codex|agents|claude)(\/|$)/;

export function permissionsWords({ permissions, reason }: z.infer<typeof PermissionsApproval>, cwd: string): AskWords {
  const { network, fileSystem } = permissions;
  const list = (paths: readonly string[] | null | undefined) =>
    (paths ?? []).map((path) => shortPath(cwd, path)).join(', ');
  const wishes = [
    network?.enabled ? 'reach the network' : '',
    fileSystem?.write?.length ? `write in ${list(fileSystem.write)}` : '',
    fileSystem?.read?.length ? `read ${list(fileSystem.read)}` : '',
  ].filter(Boolean);
  return {
    toolName: 'permissions',
    title: `Let commands ${wishes.join(' and ') || 'do more than the sandbox allows'}`,
    ...(reason ? { reason } : {}),
    input: permissions,
    alwaysLabel: 'Allow it for this session, and exactly this always in this project',
    alwaysScope: 'input',
  };
}
