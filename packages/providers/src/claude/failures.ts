import { type Classified, classify } from '../errors.ts';

/** The CLI's own names of failures, as the HTTP status that means the same. */
const STATUS_OF: Readonly<Record<string, number>> = {
  authentication_failed: 401,
  oauth_org_not_allowed: 401,
  account_on_hold: 403,
  verification_required: 403,
  cloud_credential_error: 401,
  billing_error: 402,
  rate_limit: 429,
  overloaded: 529,
};

/** What a failure that the CLI names (`assistant.error`, `api_retry.error`) or tells only by status and words means for the person. */
export function classifyFailure(text: string, name?: string | null, status?: number | null): Classified {
  const known = name != null && Object.hasOwn(STATUS_OF, name) ? STATUS_OF[name] : undefined;
  return classify(text, known ?? status);
}

/** Errors of a result without those that are for the vendor's developers. */
export function readableErrors(errors: readonly string[] | undefined): string[] {
  return (errors ?? []).filter((error) => !error.startsWith('[ede_diagnostic]'));
}

const REASONS: Readonly<Record<string, string>> = {
  error_max_turns: 'The limit of model calls for one prompt was reached.',
  error_max_budget_usd: 'The budget of this session is used up.',
};

/** What went wrong, for people, from a result that is an error. */
export function resultError(result: {
  readonly subtype: string;
  readonly text?: string | undefined;
  readonly errors?: readonly string[] | undefined;
}): string {
  return (
    REASONS[result.subtype] ??
    (result.text?.trim() ||
      readableErrors(result.errors).join('\n') ||
      'Claude ended the turn with an error and said no more.')
  );
}

/** A turn that ended because the person wanted so, not because it failed. */
export function wasInterrupted(terminalReason: string | null | undefined): boolean {
  return terminalReason?.startsWith('aborted') ?? false;
}
