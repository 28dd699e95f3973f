import { CommandId, newId, ProjectId } from '@agor/protocol';
import type { AgorPaths } from '@agor/runtime';
import { ensureHub } from '../ensure-hub.ts';
import { findSession } from '../find.ts';
import { providerArgument } from '../provider-argument.ts';
import { cleanLine, dim } from '../render.ts';

const PAGE = 200;

export interface OutsideOptions {
  readonly project?: string;
  readonly json?: boolean;
  readonly all?: boolean;
}

/** `agor sessions outside`: what the vendor's own program had, newest first; the first 200 unless `--all`. */
export async function sessionsOutside(paths: AgorPaths, provider: string, options: OutsideOptions): Promise<void> {
  const id = providerArgument(provider);
  using hub = await ensureHub(paths);
  const projectId = options.project === undefined ? undefined : ProjectId.parse(options.project);
  let after: string | undefined;
  let shown = 0;
  do {
    const page = await hub.client.session.outside({ provider: id, projectId, after, limit: PAGE });
    for (const session of page.sessions) {
      shown++;
      if (options.json) {
        process.stdout.write(`${JSON.stringify(session)}\n`);
        continue;
      }
      const when = new Date(session.updatedAt).toISOString().slice(0, 16).replace('T', ' ');
      const imported = session.importedAs === null ? '' : `  is ${session.importedAs.slice(0, 8)}`;
      const line = `${session.providerSessionId}  ${when}  ${session.title}  ${session.cwd}${imported}`;
      process.stdout.write(`${cleanLine(line)}\n`);
    }
    after = page.next ?? undefined;
  } while (options.all && after !== undefined);
  if (options.json) return;
  if (shown === 0) process.stdout.write('There are none.\n');
  if (after !== undefined) process.stdout.write(`${dim('There are more: --all')}\n`);
}

/** `agor sessions import`: makes such a conversation a session and prints its id; the same one twice gives the same. */
export async function sessionsImport(
  paths: AgorPaths,
  provider: string,
  providerSessionId: string,
  options: { readonly project?: string },
): Promise<void> {
  const id = providerArgument(provider);
  using hub = await ensureHub(paths);
  const { sessionId } = await hub.client.session.import({
    commandId: newId(CommandId),
    provider: id,
    providerSessionId,
    projectId: options.project === undefined ? undefined : ProjectId.parse(options.project),
  });
  process.stdout.write(`${sessionId}\n`);
}

/** `agor sessions fork`: a session that goes on with a copy of the conversation; prints its id. */
export async function sessionsFork(paths: AgorPaths, id: string, options: { readonly title?: string }): Promise<void> {
  using hub = await ensureHub(paths);
  const { state } = await findSession(hub.client, id);
  const { sessionId } = await hub.client.session.fork({
    commandId: newId(CommandId),
    sessionId: state.id,
    title: options.title,
  });
  process.stdout.write(`${sessionId}\n`);
}
