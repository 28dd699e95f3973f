import { type AgentMessage, CommandId, newId, PromptId, type SessionEvent, type SessionSummary } from '@agor/protocol';
import type { AgorPaths } from '@agor/runtime';
import { answerableAsks, asMessage } from '@agor/session';
import { answerFromText } from '../answer-text.ts';
import type { Connection } from '../connect.ts';
import { requireHub } from '../ensure-hub.ts';
import { EXIT, Failure } from '../failure.ts';
import { allSessions, findAsk, findSession } from '../find.ts';
import { follow } from '../follow.ts';
import { healthWords } from '../health-words.ts';
import { ownTrace } from '../own-trace.ts';
import { cleanLine, dim, render } from '../render.ts';

/** Sessions without a sign of life for longer are left out of `agor ps`, unless `--all`. */
const RECENT_MS = 24 * 60 * 60 * 1000;

/** `agor ps`: what runs, waits or ended lately. */
export async function ps(paths: AgorPaths, options: { json?: boolean; all?: boolean }): Promise<void> {
  using hub = await requireHub(paths);
  const since = options.all ? 0 : Date.now() - RECENT_MS;
  const listed = options.all ? await allSessions(hub.client) : await hub.client.session.list({});
  const sessions = listed.filter((s) => s.state.process || s.state.lastActivityAt >= since);
  const rows = sessions.map(psRow);
  if (options.json) return void process.stdout.write(`${JSON.stringify(rows)}\n`);
  if (rows.length === 0) return void process.stdout.write('No sessions. Start one with: agor run "…"\n');
  const providerWidth = Math.max(8, ...rows.map(({ provider }) => provider.length));
  for (const [index, row] of rows.entries()) {
    const asks = row.pendingAsks.length > 0 ? `  needs you: ${row.pendingAsks.join(' ')}` : '';
    const title = cleanLine(sessions[index]?.state.title ?? '');
    const sick = healthWords(row.health);
    process.stdout.write(
      `${row.sessionId.slice(0, 8)}  ${row.status.padEnd(11)} ${row.provider.padEnd(providerWidth)} ${title}${asks}${sick ? `  ${dim(sick)}` : ''}\n`,
    );
  }
}

/** One element of `agor ps --json`. `pendingAsks` holds the ids that `agor answer` takes; `lastActivityAt` is in ms since the epoch. */
function psRow({ state, status }: SessionSummary) {
  return {
    sessionId: state.id,
    projectId: state.projectId,
    provider: state.provider,
    status,
    pid: state.process?.pid ?? null,
    lastActivityAt: state.lastActivityAt,
    health: state.health,
    pendingAsks: answerableAsks(state).map((a) => a.ask.id),
  };
}

/** `agor logs`: the whole transcript, and with `--follow` what comes. */
export async function logs(paths: AgorPaths, id: string, options: { json?: boolean; follow?: boolean }): Promise<void> {
  using hub = await requireHub(paths);
  const sessionId = (await findSession(hub.client, id)).state.id;
  const print = printer(options.json === true);
  for await (const item of follow(hub, { paths, sessionId, tail: 400, restartHub: false })) {
    if ('delta' in item) continue;
    if ('event' in item) {
      print(item.event);
      continue;
    }
    for (const event of await older(hub, sessionId, item.events)) print(event);
    for (const event of item.events) print(event);
    if (!options.follow) return;
  }
}

/** Everything before the snapshot's window, page by page, oldest first. */
async function older(
  hub: Connection,
  sessionId: SessionSummary['state']['id'],
  window: readonly SessionEvent[],
): Promise<SessionEvent[]> {
  const pages: SessionEvent[][] = [];
  let before = window[0]?.seq ?? 1;
  while (before > 1) {
    const page = await hub.client.persistence.page({ sessionId, before, limit: 2000 });
    if (page.events.length === 0) break;
    pages.unshift(page.events);
    before = page.events[0]?.seq ?? 1;
  }
  return pages.flat();
}

/** A log shows prompts too; they stand in the log when they are queued, and are said when they are sent. */
function printer(json: boolean): (event: SessionEvent) => void {
  const prompts = new Map<string, AgentMessage>();
  return (event) => {
    if (event.kind === 'promptQueued') {
      const { id, text, images } = event.prompt;
      const content = { promptId: id, text, images: images.length };
      prompts.set(id, { id: `prompt-${id}`, type: 'prompt', timestamp: event.at, content });
    }
    if (event.kind === 'promptEdited') {
      const known = prompts.get(event.promptId);
      if (known?.type === 'prompt') known.content.text = event.text;
    }
    const sent = event.kind === 'promptSent' ? prompts.get(event.promptId) : undefined;
    if (sent) prompts.delete(sent.id);
    const message = sent ?? asMessage(event);
    if (!message) return;
    const text = json ? JSON.stringify(message) : render(message);
    if (text) process.stdout.write(`${text}\n`);
  };
}

/** `agor send`: gives a prompt without waiting for what comes of it. */
export async function send(
  paths: AgorPaths,
  id: string,
  words: readonly string[],
  { steer }: { readonly steer?: boolean } = {},
): Promise<void> {
  const text = words.join(' ').trim();
  if (!text) throw new Failure('What should be sent? agor send SESSION "…"', EXIT.usage);
  using hub = await requireHub(paths);
  const { state } = await findSession(hub.client, id);
  const prompt = { id: newId(PromptId), text, images: [], source: 'cli' as const, ...ownTrace() };
  await hub.client.agent.query({
    commandId: newId(CommandId),
    sessionId: state.id,
    prompt,
    delivery: steer ? 'steer' : 'queue',
  });
  process.stdout.write(`${dim('sent to')} ${state.id}\n`);
}

/** `agor stop`: ends the agent's process and all that it started. */
export async function stop(paths: AgorPaths, id: string | undefined): Promise<void> {
  if (id === undefined) throw new Failure('Which session? agor stop SESSION, or agor stop --all', EXIT.usage);
  using hub = await requireHub(paths);
  const { state } = await findSession(hub.client, id);
  await hub.client.agent.stop({ commandId: newId(CommandId), sessionId: state.id });
  process.stdout.write(`${dim('stopping')} ${state.id}\n`);
}

/** `agor stop --all`: ends every agent; nothing starts one by itself until `agor wake resume`. */
export async function stopAll(paths: AgorPaths): Promise<void> {
  using hub = await requireHub(paths);
  const { stopped } = await hub.client.agent.stopAll({ commandId: newId(CommandId) });
  process.stdout.write(`${dim(`stopping ${stopped.length}; nothing wakes an agent until:`)} agor wake resume
`);
}

/** `agor answer`: answers an ask by its id, from wherever. */
export async function answer(paths: AgorPaths, id: string, words: readonly string[]): Promise<void> {
  using hub = await requireHub(paths);
  const { ask } = await findAsk(hub.client, id);
  const parsed = answerFromText(ask, words.join(' '));
  if (!parsed.ok) throw new Failure(parsed.error, EXIT.usage);
  await hub.client.agent.answer({ commandId: newId(CommandId), askId: ask.id, answer: parsed.value, by: 'cli' });
  process.stdout.write(`${dim('answered:')} ${cleanLine(ask.title)}\n`);
}
