import type { ErrorClass } from '@agor/protocol';

/** What a failure means for the person: whether trying again can help, and how long to wait first. */
export interface Classified {
  readonly class: ErrorClass;
  readonly retryable: boolean;
  readonly retryDelaySec?: number;
}

interface Kind {
  readonly class: ErrorClass;
  readonly statuses: readonly number[];
  readonly pattern: RegExp;
  /** Absent: trying again does not help. */
  readonly retryDelaySec?: number;
}

/** In the order of spec §4.3: a text that speaks of several things is what the first of them says. */
const KINDS: readonly Kind[] = [
  {
    class: 'rate_limit',
    statuses: [429],
    pattern: /rate[\s_-]?limit|\b429\b|too many requests|throttl/i,
    retryDelaySec: 30,
  },
  {
    class: 'auth',
    statuses: [401, 403],
    pattern:
      /\b40[13]\b|(invalid|incorrect|missing|no|expired)[\s_-]+(x-)?(api[\s_-]?)?(key|token|credentials?)\b|unauthori[sz]ed|authentication|not (logged|signed) in|please run \/login|forbidden|oauth token/i,
  },
  {
    class: 'quota',
    statuses: [402],
    pattern:
      /insufficient[\s_-](quota|funds|balance)|quota|billing|payment|credit|(usage|spending)[\s_-]limit|\b402\b/i,
  },
  {
    class: 'overloaded',
    statuses: [503, 529],
    pattern:
      /overloaded|\b5(03|29)\b|unavailable|at capacity|\bcapacity\b|\b(server|model)s? (is|are) (too )?busy|\bbusy\b/i,
    retryDelaySec: 15,
  },
  {
    class: 'network',
    statuses: [],
    pattern:
      /\bE(CONN\w+|TIMEDOUT|NOTFOUND|AI_AGAIN|HOSTUNREACH|NETUNREACH|PIPE)\b|connection (error|refused|reset|closed|failed|aborted)|\bDNS\b|getaddrinfo|fetch failed|(unable|failed) to connect|socket (hang up|closed|disconnected)|network|time[d]?[\s-]?out/i,
    retryDelaySec: 5,
  },
  {
    class: 'not_installed',
    statuses: [],
    pattern:
      /\bENOENT\b.*\b(spawn|posix_spawn)\b|\bspawn\b.*\bENOENT\b|command not found|executable (file )?not found|not installed/i,
  },
  // Our own words: no vendor is asked to speak like this.
  { class: 'gone', statuses: [], pattern: /^This conversation is gone\b/ },
];

/**
 * Tells failures apart by the HTTP status, when the vendor gave one that is decisive, else by the words. `text` is whatever the vendor, the
 * SDK or the system said.
 */
export function classify(text: string, status?: number | null): Classified {
  const kind =
    KINDS.find((each) => status != null && each.statuses.includes(status)) ??
    KINDS.find((each) => each.pattern.test(text));
  if (!kind) return { class: 'unknown', retryable: false };
  if (kind.retryDelaySec === undefined) return { class: kind.class, retryable: false };
  return { class: kind.class, retryable: true, retryDelaySec: kind.retryDelaySec };
}
