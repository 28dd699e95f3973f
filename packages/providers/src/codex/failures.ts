import { z } from 'zod';
import { type Classified, classify } from '../errors.ts';

const WithStatus = z.object({ httpStatusCode: z.number().nullish() });

/** `turn.error` and the `error` notification: a name, or a name with the HTTP status. */
export const TurnError = z.object({
  message: z.string().default(''),
  codexErrorInfo: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
  additionalDetails: z.string().nullish(),
});
export type TurnError = z.infer<typeof TurnError>;

/** Codex's own names of failures, as the HTTP status that means the same to people. */
const STATUS_OF: Readonly<Record<string, number>> = {
  usageLimitExceeded: 402,
  sessionBudgetExceeded: 402,
  rateLimitExceeded: 429,
  serverOverloaded: 529,
  flexUnavailable: 503,
  policyCapacityUnavailable: 503,
  unauthorized: 401,
};
/** Failures of the way to the model, when no answer came that could say more. */
const CONNECTION = [
  'httpConnectionFailed',
  'responseStreamConnectionFailed',
  'responseStreamDisconnected',
  'responseTooManyFailedAttempts',
];

const HINTS: Readonly<Record<string, string>> = {
  contextWindowExceeded:
    'The conversation does not fit into the model’s window any more. Send /compact, or start a new session.',
};

/** What a failure means for the person. */
export function classifyFailure({ message, codexErrorInfo, additionalDetails }: TurnError): Classified {
  const [name, status] = nameOf(codexErrorInfo);
  const said = `${message} ${additionalDetails ?? ''}`;
  if (name !== null && Object.hasOwn(STATUS_OF, name)) return classify(said, STATUS_OF[name]);
  if (name === 'contextWindowExceeded' || name === 'badRequest') return { class: 'unknown', retryable: false };
  const told = status ?? statusIn(said);
  if (told !== null) return classify(said, told);
  const kind = classify(said);
  return kind.class === 'unknown' && name !== null && CONNECTION.includes(name) ? classify('connection failed') : kind;
}

/** The failure in words for people: the vendor's, without the JSON that it may be wrapped in. */
export function failureText({ message, codexErrorInfo, additionalDetails }: TurnError): string {
  const [name] = nameOf(codexErrorInfo);
  const hint = name !== null && Object.hasOwn(HINTS, name) ? ` ${HINTS[name]}` : '';
  const text = fromJson(message) || additionalDetails || name || 'Codex ended the turn with an error and said no more.';
  return `${text}${hint}`;
}

/** Whether the account's quota is used up, so that waiting is all that helps. */
export function isUsageLimit({ codexErrorInfo }: TurnError): boolean {
  return nameOf(codexErrorInfo)[0] === 'usageLimitExceeded';
}

function nameOf(info: TurnError['codexErrorInfo']): [name: string | null, status: number | null] {
  if (info === null || info === undefined) return [null, null];
  if (typeof info === 'string') return [info, null];
  const [name] = Object.keys(info);
  if (name === undefined) return [null, null];
  const inner = WithStatus.safeParse(info[name]);
  return [name, inner.success ? (inner.data.httpStatusCode ?? null) : null];
}

function statusIn(text: string): number | null {
  const [, status] = /\b(?:status|HTTP)[ :]+(\d{3})\b/i.exec(text) ?? [];
  return status === undefined ? null : Number(status);
}

const Wrapped = z.object({ error: z.object({ message: z.string() }) });
function fromJson(message: string): string {
  if (!message.startsWith('{')) return message.trim();
  try {
    const wrapped = Wrapped.safeParse(JSON.parse(message));
    return wrapped.success ? wrapped.data.error.message : message.trim();
  } catch {
    return message.trim(); // not JSON after all
  }
}
