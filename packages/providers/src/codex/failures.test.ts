import { expect, test } from 'bun:test';
import { classifyFailure, failureText } from './failures.ts';

test.each([
  ['usageLimitExceeded', 'quota'],
  ['rateLimitExceeded', 'rate_limit'],
  ['serverOverloaded', 'overloaded'],
  ['unauthorized', 'auth'],
  ['contextWindowExceeded', 'unknown'],
  [{ responseTooManyFailedAttempts: { httpStatusCode: 429 } }, 'rate_limit'],
  [{ httpConnectionFailed: { httpStatusCode: null } }, 'network'],
  [{ responseStreamDisconnected: { httpStatusCode: 503 } }, 'overloaded'],
  [{ aNewOne: { more: 1 } }, 'unknown'],
  [null, 'unknown'],
] as const)('%p is a failure of the class %s', (codexErrorInfo, expected) => {
  expect(classifyFailure({ message: 'it went wrong', codexErrorInfo }).class).toBe(expected);
});

test('a failure is told in words, without the JSON around them, and says what to do about a full window', () => {
  expect(failureText({ message: '{"error":{"message":"no such model","code":"x"}}' })).toBe('no such model');
  expect(failureText({ message: '{ half' })).toBe('{ half');
  expect(failureText({ message: 'too long', codexErrorInfo: 'contextWindowExceeded' })).toContain('/compact');
  expect(failureText({ message: '' })).not.toBe('');
});
