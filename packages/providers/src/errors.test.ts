import { describe, expect, test } from 'bun:test';
import type { ErrorClass } from '@agor/protocol';
import { classify } from './errors.ts';

/** What vendors, SDKs and systems say, as seen. */
const TEXTS: Record<ErrorClass, readonly string[]> = {
  rate_limit: [
    'rate_limit_error: This request would exceed your rate limit',
    'HTTP 429',
    'Too Many Requests',
    'ThrottlingException: request was throttled',
    'rate-limited, try again in 20s',
    // several at once: the first class of the list counts
    'API Error: 429 overloaded, connection reset',
  ],
  auth: [
    'API Error: 401 {"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}',
    'Invalid API key · Please run /login',
    '403 Forbidden',
    'Unauthorized',
    'Incorrect API key provided: sk-…',
    'OAuth token has expired',
    'You are not logged in',
  ],
  quota: [
    'Your credit balance is too low to access the API',
    'insufficient_quota: You exceeded your current quota',
    'Payment required',
    'Please check your billing details',
    'You have reached your usage limit',
    'spending limit reached',
  ],
  overloaded: [
    'overloaded_error: Overloaded',
    'API Error: 529',
    '503 Service Unavailable',
    'The model is at capacity',
    'The server is busy, try again later',
  ],
  network: [
    'connect ECONNREFUSED 127.0.0.1:11434',
    'fetch failed',
    'getaddrinfo ENOTFOUND api.anthropic.com',
    'Unable to connect. Is the computer able to access the url?',
    'Connection error.',
    'socket hang up',
    'Request timed out.',
    'read ETIMEDOUT',
  ],
  not_installed: [
    'spawn claude ENOENT',
    "ENOENT: no such file or directory, posix_spawn '/x/claude'",
    'sh: codex: command not found',
    'Claude is not installed on this computer',
  ],
  gone: ['This conversation is gone: Claude has no conversation 11-22 in this folder any more.'],
  unknown: [
    'The tab is gone',
    'Something else',
    '',
    'Process exited with code 1',
    'read 4290 lines',
    'issue #4011 is open',
  ],
};

describe('a failure is told apart by its words', () => {
  for (const [kind, texts] of Object.entries(TEXTS)) {
    for (const text of texts)
      test(`${kind}: ${text || '(nothing)'}`, () => expect(classify(text).class).toBe(kind as ErrorClass));
  }
});

describe('the HTTP status decides when it is decisive', () => {
  const statuses: [number, string, ErrorClass][] = [
    [429, 'whatever', 'rate_limit'],
    [401, 'network trouble', 'auth'],
    [403, '', 'auth'],
    [402, '', 'quota'],
    [503, '', 'overloaded'],
    [529, 'rate limit', 'overloaded'],
    [500, 'rate limit', 'rate_limit'],
    [500, 'internal error', 'unknown'],
  ];
  for (const [status, text, kind] of statuses) {
    test(`${status} ${text}`, () => expect(classify(text, status).class).toBe(kind));
  }
});

test('retry hints: 30 s, 15 s and 5 s; nobody retries a wrong key or an empty account', () => {
  expect(classify('429')).toEqual({ class: 'rate_limit', retryable: true, retryDelaySec: 30 });
  expect(classify('overloaded')).toEqual({ class: 'overloaded', retryable: true, retryDelaySec: 15 });
  expect(classify('fetch failed')).toEqual({ class: 'network', retryable: true, retryDelaySec: 5 });
  for (const text of ['unauthorized', 'billing', 'spawn x ENOENT', 'hm']) expect(classify(text).retryable).toBe(false);
});
