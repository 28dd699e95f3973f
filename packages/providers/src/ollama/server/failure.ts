import type { ErrorClass } from '@agor/protocol';
import { classify } from '../../errors.ts';

/** What a failure asks the loop to do. */
type FailureKind = 'down' | 'modelMissing' | 'noTools' | 'noThinking' | 'overflow' | 'other';

/** A model server's failure, in words for the person. */
export class ServerFailure extends Error {
  override readonly name = 'ServerFailure';
  readonly class: ErrorClass;

  constructor(
    message: string,
    readonly kind: FailureKind = 'other',
    readonly status: number | null = null,
    /** What the server asked to wait before the next try. */
    readonly retryAfterMs: number | null = null,
    errorClass?: ErrorClass,
  ) {
    super(message);
    this.class = errorClass ?? classify(message, status).class;
  }
}

const NO_TOOLS =
  /does not support (tools|function)|tools? (param|choice|call)[^.]*(requires|not supported|unsupported)|enable-auto-tool-choice|requires --jinja|tool (use|calling) is not (supported|enabled)/i;
const NO_THINKING = /does not support thinking|think value .* is not supported/i;
const OVERFLOW =
  /context[\s_-]?(length|size|window)|maximum context|available context|prompt is too long|too many tokens|exceed[^.]*\btokens\b/i;
const MISSING = /\bmodel\b.*\b(not found|does not exist|not exist|no such)|not found.*\bmodel\b|no such model/i;

/** What an error answer of the server means. `text` is its own message. */
export function failureOf(
  server: string,
  model: string | null,
  answer: { readonly status: number; readonly text: string; readonly retryAfterMs?: number | null },
): ServerFailure {
  const { status, retryAfterMs = null } = answer;
  const text = answer.text.trim() || `HTTP ${status}`;
  const said = `${server} says: ${text}`;
  if (NO_TOOLS.test(text)) return new ServerFailure(said, 'noTools', status);
  if (NO_THINKING.test(text)) return new ServerFailure(said, 'noThinking', status);
  if (status !== 429 && OVERFLOW.test(text)) return new ServerFailure(said, 'overflow', status, null, 'unknown');
  if (model !== null && MISSING.test(text)) return missing(server, model, status);
  return new ServerFailure(said, 'other', status, retryAfterMs);
}

function missing(server: string, model: string, status: number | null): ServerFailure {
  const help = server.startsWith('Ollama')
    ? `Fetch it with \`agor providers pull ollama ${model}\` or \`ollama pull ${model}\`, or choose another model.`
    : 'Choose another one of its models.';
  // Its own words may contain "not installed", but nothing is to be installed.
  return new ServerFailure(`${server} has no model ${model}. ${help}`, 'modelMissing', status, null, 'unknown');
}

/** The server can't be reached, or the connection broke. */
export function unreachable(server: string, error: unknown): ServerFailure {
  const start = server.startsWith('Ollama') ? 'Start it with `ollama serve`' : 'Start it';
  const reason = error instanceof Error ? error.message : String(error);
  return new ServerFailure(
    `${server} can't be reached (${reason}). ${start}, or correct its address in the settings.`,
    'down',
    null,
    null,
    'network',
  );
}

/** The stream ended before its end was told. */
export function brokenOff(server: string, reason: string): ServerFailure {
  return new ServerFailure(
    `The connection to ${server} broke off in the middle of the answer (${reason}).`,
    'other',
    null,
    null,
    'network',
  );
}

/** `retry-after` in ms, when it is a number of seconds. */
export function retryAfterMs(value: string | null | undefined): number | null {
  const seconds = value ? Number(value) : Number.NaN;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}
