import type { McpServers, RunOptions } from '@agor/protocol';
import { delay, systemClock } from '@agor/runtime';
import type { AcpAgent } from '../agents/index.ts';
import { type AcpConnection, AgentError } from './connection.ts';
import { type InitializeAnswer, SessionAnswer } from './wire.ts';

const AUTH_REQUIRED = -32_000;
const METHOD_NOT_FOUND = -32_601;

export interface OpenPlace {
  readonly connection: AcpConnection;
  readonly version: 1 | 2;
  readonly abilities: InitializeAnswer;
  readonly agent: AcpAgent | undefined;
  readonly label: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Runs a request during which the agent tells what was said before, which our log has already; resolves when it has told it all, which
   * may be later than the answer.
   */
  readonly replaying: <Answer>(request: Promise<Answer>) => Promise<Answer>;
  readonly log: (message: string) => void;
}

/** Nobody is signed in to the agent's vendor. */
export class NotSignedIn extends Error {
  override readonly name = 'NotSignedIn';
}

/** Begins, resumes or forks the conversation, and signs in where a variable says how. Rejects in words for people. */
export async function openSession(
  place: OpenPlace,
  options: RunOptions,
): Promise<SessionAnswer & { sessionId: string }> {
  const open = async () => SessionAnswer.parse(await openOnce(place, options));
  const method = place.agent?.authMethods?.find(({ variable }) => place.env[variable])?.method;
  const first = place.agent?.signInFirst === true && method !== undefined;
  if (first) await signIn(place, method);
  const answer = await open().catch(async (error: unknown) => {
    if (!wantsSignIn(error)) throw error;
    if (method === undefined || first) throw notSignedIn(place, error);
    await signIn(place, method);
    return await open().catch((again: unknown) => {
      throw wantsSignIn(again) ? notSignedIn(place, again) : again;
    });
  });
  const sessionId = answer.sessionId ?? (options.forkSession ? undefined : options.resumeSessionId);
  if (sessionId === undefined) throw new Error(`${place.label} began a session without telling its id.`);
  return { ...answer, sessionId };
}

async function signIn(place: OpenPlace, methodId: string): Promise<void> {
  const method = place.version === 2 ? 'auth/login' : 'authenticate';
  await place.connection.request(method, { methodId }).catch((reason: unknown) => {
    throw notSignedIn(place, reason);
  });
}

async function openOnce(place: OpenPlace, options: RunOptions): Promise<unknown> {
  const { connection, abilities, version } = place;
  const session = abilities.agentCapabilities?.sessionCapabilities;
  const extra = session?.additionalDirectories && options.additionalDirectories.length > 0;
  const common = {
    cwd: options.cwd,
    mcpServers: mcpServers(options.mcpServers, place),
    ...(extra ? { additionalDirectories: options.additionalDirectories } : {}),
  };
  const { resumeSessionId: sessionId } = options;
  if (sessionId === undefined) return await connection.request('session/new', common);
  const before = { ...common, sessionId };
  if (options.forkSession) {
    if (!session?.fork && !abilities.capabilities?.session?.fork)
      throw new Error(`${place.label} cannot fork a conversation.`);
    return await connection.request('session/fork', before);
  }
  try {
    if (version === 2) return await connection.request('session/resume', before);
    return await resume(place, before);
  } catch (error) {
    if (wantsSignIn(error)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${place.label} cannot resume this conversation (${sessionId}): ${why}. Start a new session to go on.`,
      { cause: error },
    );
  }
}

/** Without a replay where the agent can; else it tells everything again, which is not listened to. */
async function resume(
  { connection, abilities, agent, env, replaying, log }: OpenPlace,
  before: { readonly sessionId: string },
): Promise<unknown> {
  const { loadSession, sessionCapabilities } = abilities.agentCapabilities ?? {};
  if (sessionCapabilities?.resume) {
    try {
      return await connection.request('session/resume', before);
    } catch (error) {
      // Some offer what they do not have.
      if (!loadSession || !(error instanceof AgentError) || error.code !== METHOD_NOT_FOUND) throw error;
    }
  }
  if (!loadSession) throw new Error('it keeps no conversations');
  const waitMs = agent?.loadDelayMs?.(before.sessionId, env, new Date()) ?? 0;
  if (waitMs > 0) log(`waiting ${Math.ceil(waitMs / 1000)} s, for the agent would lose the conversation otherwise`);
  await delay(systemClock, waitMs);
  return await replaying(connection.request('session/load', before));
}

function wantsSignIn(error: unknown): boolean {
  return error instanceof AgentError && error.code === AUTH_REQUIRED;
}

function notSignedIn({ agent, label, abilities }: OpenPlace, cause: unknown): NotSignedIn {
  const methods = (abilities.authMethods ?? []).map(({ name, description }) => description ?? name);
  const how = agent?.signIn?.hint(agent.cli.binary) ?? (methods.length > 0 ? `It offers: ${methods.join('; ')}.` : '');
  const why =
    cause instanceof Error && !/^authentication required\.?$/i.test(cause.message) ? ` (${cause.message})` : '';
  return new NotSignedIn(`${label} is not signed in${why}. ${how}`.trim(), { cause });
}

/** In the protocol's form; a kind of server that the agent cannot reach is left out and logged. */
function mcpServers(servers: McpServers, { abilities, version, log }: OpenPlace): object[] {
  const http = version === 2 || abilities.agentCapabilities?.mcpCapabilities?.http === true;
  const pairs = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([name, value]) => ({ name, value }));
  return Object.entries(servers).flatMap(([name, server]): object[] => {
    if ('command' in server) {
      const typed = version === 2 ? { type: 'stdio' } : {};
      return [{ ...typed, name, command: server.command, args: server.args, env: pairs(server.env) }];
    }
    if (http) return [{ type: 'http', name, url: server.url, headers: pairs(server.headers) }];
    log(`this agent reaches no MCP servers over HTTP: ${name} is left out`);
    return [];
  });
}
