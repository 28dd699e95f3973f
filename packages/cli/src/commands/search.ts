import { ProjectId, type SearchHit, SearchKind } from '@agor/protocol';
import type { AgorPaths } from '@agor/runtime';
import type { HubClient } from '../connect.ts';
import { ensureHub } from '../ensure-hub.ts';
import { EXIT, Failure } from '../failure.ts';
import { bold, cleanLine, dim } from '../render.ts';

export interface SearchOptions {
  readonly project?: string;
  readonly kind?: string;
  readonly since?: string;
  readonly limit?: string;
  /** What an earlier answer said there is more behind: goes on from there. */
  readonly before?: string;
  readonly expression?: boolean;
  readonly rebuild?: boolean;
  readonly json?: boolean;
}

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };
const LOOK_MS = 500;

/** `agor search`: what was said, printed, worked on, best first. */
export async function search(paths: AgorPaths, words: readonly string[], options: SearchOptions): Promise<void> {
  using hub = await ensureHub(paths);
  if (options.rebuild) return rebuild(hub.client);
  if (words.length === 0) throw new Failure('Say what to look for: agor search WORDS', EXIT.usage);
  const { project, kind, since, limit, before, expression = false } = options;
  const answer = await hub.client.search.query({
    text: words.join(' '),
    expression,
    limit: limitOf(limit),
    ...(before !== undefined && { before }),
    filters: {
      ...(project !== undefined && { projectIds: [ProjectId.parse(project)] }),
      ...(kind !== undefined && { kinds: [kindOf(kind)] }),
      ...(since !== undefined && { since: sinceOf(since, Date.now()) }),
    },
  });
  if (answer.problem !== undefined) throw new Failure(answer.problem, EXIT.usage);
  if (options.json) return void process.stdout.write(`${JSON.stringify(answer)}\n`);
  for (const hit of answer.hits) process.stdout.write(`${linesOf(hit)}\n`);
  const total = answer.total === null ? 'many' : String(answer.total);
  const more = answer.more ? `; the best ${answer.hits.length} are shown, --limit tells more` : '';
  const behind = answer.index === 'current' ? '' : ' (not all is indexed yet)';
  const older = answer.older === undefined ? '' : `; older ones were not looked at: --before ${answer.older}`;
  process.stdout.write(dim(`${total} found${more}${older}${behind}\n`));
}

/** Ms since the epoch of "3d", "12h", "2w" before now, or of a date. */
export function sinceOf(text: string, now: number): number {
  const span = /^(\d+)([hdw])$/.exec(text);
  if (span) return now - Number(span[1]) * (UNIT_MS[span[2] ?? ''] ?? 0);
  const at = Date.parse(text);
  if (Number.isNaN(at))
    throw new Failure(`--since takes 12h, 3d, 2w or a date like 2026-01-31; it was: ${text}`, EXIT.usage);
  return at;
}

function kindOf(text: string): SearchKind {
  const kind = SearchKind.safeParse(text).data;
  if (!kind) throw new Failure(`--kind is one of: ${SearchKind.options.join(', ')}.`, EXIT.usage);
  return kind;
}

function limitOf(text = '20'): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 100) return limit;
  throw new Failure(`--limit is a number from 1 to 100; it was: ${text}`, EXIT.usage);
}

function linesOf(hit: SearchHit): string {
  const when = new Date(hit.at).toISOString().slice(0, 16).replace('T', ' ');
  const text = hit.snippet.map((part) => (part.hit ? bold(cleanLine(part.text)) : cleanLine(part.text))).join('');
  return `${dim(`${when}  ${cleanLine(placeOf(hit))}`)}\n  ${text}`;
}

function placeOf(hit: SearchHit): string {
  switch (hit.kind) {
    case 'task':
      return `task ${hit.taskId.slice(0, 8)}  ${hit.title}`;
    case 'btmsg':
      return `${hit.fromName} → ${hit.to.kind === 'channel' ? '#' : ''}${hit.to.name}`;
    default:
      return `${hit.role}  ${hit.sessionTitle}  ${hit.sessionId} ${hit.seq}`;
  }
}

async function rebuild(client: HubClient): Promise<void> {
  await client.search.rebuild({});
  for (;;) {
    const { index, documents, sessionsDone, sessions } = await client.search.status({});
    process.stdout.write(`${sessionsDone} of ${sessions} sessions, ${documents} entries\n`);
    if (index === 'current') return;
    await Bun.sleep(LOOK_MS);
  }
}
