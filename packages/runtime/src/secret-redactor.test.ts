import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { RedactedStream, SecretRedactor } from './secret-redactor.ts';

const LIMIT_MS = 60_000;

const secret = fc.oneof(
  fc.string({ minLength: 8, maxLength: 24 }),
  fc.string({ minLength: 8, maxLength: 24, unit: 'binary' }),
  fc.stringMatching(/^[ab]{8,12}$/),
);
const usable = secret.filter((value) => value.trim().length >= 8);
const secrets = fc.dictionary(fc.constantFrom('one', 'two', 'three'), usable, { minKeys: 1, maxKeys: 3 });

/** Texts in which the secrets stand, whole, in parts and beside each other. */
const texts = secrets.chain((known) => {
  const values = Object.values(known);
  const piece = fc.oneof(
    fc.constantFrom(...values),
    fc.constantFrom(...values).chain((value) => fc.nat(value.length).map((length) => value.slice(0, length))),
    fc.string({ maxLength: 6 }),
    fc.stringMatching(/^[ab]{0,6}$/),
    fc.constantFrom('sk-ant-', `sk-ant-${'x'.repeat(24)}`, `ghp_${'a'.repeat(36)}`, 'AKIA', 's', 'gh'),
  );
  return fc.record({ known: fc.constant(known), parts: fc.array(piece, { maxLength: 8 }) });
});

function redactorOf(known: Record<string, string>): SecretRedactor {
  const redactor = new SecretRedactor();
  redactor.set(known);
  return redactor;
}

test(
  'however a text is cut, the stream says what the whole text says',
  () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat(12), { maxLength: 30 }), ({ known, parts }, cuts) => {
        const whole = parts.join('');
        const redactor = redactorOf(known);
        const stream = new RedactedStream(redactor);
        let out = '';
        let at = 0;
        for (const cut of cuts) {
          out += stream.push(whole.slice(at, at + cut));
          at += cut;
        }
        out += stream.push(whole.slice(at)) + stream.end();
        expect(out).toBe(redactor.text(whole));
      }),
      { numRuns: 500 },
    );
  },
  LIMIT_MS,
);

test(
  'what is between the replaced parts is untouched, and no secret stands in it',
  () => {
    fc.assert(
      fc.property(texts, ({ known, parts }) => {
        const whole = parts.join('');
        const kept = redactorOf(known)
          .text(whole)
          .split(/\[secret: (?:one|two|three|[A-Z][A-Za-z ]+)\]/);
        let at = 0;
        for (const piece of kept) {
          const found = whole.indexOf(piece, at);
          expect(found).toBeGreaterThanOrEqual(at);
          at = found + piece.length;
          for (const value of Object.values(known)) expect(piece.includes(value)).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  },
  LIMIT_MS,
);

test('a stream holds back no more than could still become a secret', () => {
  const redactor = redactorOf({ mine: 'hunter2-hunter2' });
  const stream = new RedactedStream(redactor);
  expect(stream.push('the password is hunter2')).toBe('the password is ');
  expect(stream.push('-hunter')).toBe('');
  expect(stream.push('2!')).toBe('[secret: mine]!');
  expect(stream.push('plain text')).toBe('plain text');
  expect(stream.end()).toBe('');
});

test(
  'a line of JSON stays one, whatever the secret is and wherever it stands',
  () => {
    fc.assert(
      fc.property(usable, fc.string(), fc.string(), (value, before, after) => {
        const redactor = redactorOf({ mine: value });
        const nested = JSON.stringify({ deep: before + value });
        const line = JSON.stringify({ a: [before + value + after], [value]: 1, nested, n: 5, x: null });
        const read = JSON.parse(redactor.jsonLine(line));
        expect(read.a[0]).not.toContain(value);
        expect(Object.keys(read)).not.toContain(value);
        expect(read.n).toBe(5);
        expect(read.x).toBe(null);
      }),
      { numRuns: 500 },
    );
  },
  LIMIT_MS,
);

test(
  'a secret in base64, at any place in its surroundings, and in a URL is found',
  () => {
    fc.assert(
      fc.property(fc.string({ minLength: 10, maxLength: 40 }), fc.nat(5), fc.nat(5), (value, before, after) => {
        fc.pre(value.trim().length >= 10);
        const redactor = redactorOf({ mine: value });
        const around = Buffer.from(`${'<'.repeat(before)}${value}${'>'.repeat(after)}`);
        expect(redactor.text(around.toString('base64'))).toContain('[secret: mine]');
        expect(redactor.text(`https://x/?k=${encodeURIComponent(value)}&y`)).toBe('https://x/?k=[secret: mine]&y');
      }),
      { numRuns: 500 },
    );
  },
  LIMIT_MS,
);

test('keys are known by their shape, and what only looks a little like one stays', () => {
  const redactor = redactorOf({});
  expect(redactor.text(`key sk-ant-api03-${'Ab1_'.repeat(8)}.`)).toBe('key [secret: Anthropic key].');
  expect(redactor.text(`AKIA${'ABCD1234'.repeat(2)}`)).toBe('[secret: AWS key]');
  const pem = '-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----';
  expect(redactor.text(`a\n${pem}\nb`)).toBe('a\n[secret: private key]\nb');
  const plain = 'task-management-system-with-a-very-long-name-that-goes-on-and-on sk-ant- ghp_short AKIA';
  expect(redactor.text(plain)).toBe(plain);
});

test('a value of fewer than eight characters is not looked for', () => {
  expect(redactorOf({ pin: '1234567' }).text('1234567')).toBe('1234567');
});
