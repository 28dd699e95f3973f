import { resultText } from './responses-request.ts';
import {
  call,
  cut,
  exec,
  fail,
  failure,
  gate,
  inputTokens,
  item,
  type Part,
  patch,
  reasoning,
  type Scenario,
  text,
  when,
} from './responses-script.ts';

const words = (count: number) => Array.from({ length: count }, (_, i) => `word${i + 1} `).join('');
const count = (given: string | undefined, fallback: number) => Number(given ?? fallback);
const refused = (result: unknown) => /reject|declin|denied|not allowed|aborted/i.test(JSON.stringify(result ?? ''));

/** Reset time of the scripted limit: five minutes after the call, in whole seconds since 1970. */
const resetAt = () => Math.floor(Date.now() / 1000) + 300;

const limits = (used: number): Record<string, string> => ({
  'x-codex-primary-used-percent': String(used),
  'x-codex-primary-window-minutes': '300',
  'x-codex-primary-reset-at': String(resetAt()),
  'x-codex-secondary-used-percent': '12',
  'x-codex-secondary-window-minutes': '10080',
  'x-codex-secondary-reset-at': String(resetAt() + 86_400),
});

const lines = (value: string): string[] => value.replace(/\n$/, '').split('\n');

/** What the CLI asks the model on its own account. */
export const SIDE_QUERIES: Scenario[] = [
  when(/CONTEXT CHECKPOINT COMPACTION|create a handoff summary/i, [text('Everything so far, in one line.')]),
];

/** The built-in script; the table in responses.ts documents it. Order matters: the first match wins. */
export const BUILT_IN: Scenario[] = [
  // First those that carry free text: a file may be called image.txt.
  when(
    /\bwrite (\S+?)(?:: ([\s\S]*))?$/,
    [
      reasoning('**Looking around** First I look where I am, then I write the file.'),
      text('Let me look around.'),
      exec('pwd'),
    ],
    ({ match }) => [
      text('Now I write the file.'),
      patch(`*** Add File: ${match[1]}`, ...lines(match[2] ?? 'line one\nline two\n').map((line) => `+${line}`)),
    ],
    ({ match, results }) => [
      text(refused(results) ? `I did not write ${match[1]}.` : `All done. The file ${match[1]} is written.`),
    ],
  ),
  when(
    /\bescalate: (.+)/,
    ({ match }) => [
      exec(match[1] ?? '', {
        sandbox_permissions: 'require_escalated',
        justification: 'It needs more than the sandbox.',
      }),
    ],
    ({ results }) => [text(`It said: ${resultText(results[0]).slice(-1000)}`)],
  ),
  when(
    /\brun: (.+)/,
    ({ match }) => [exec(match[1] ?? '', { yield_time_ms: 30_000 })],
    ({ results }) => [text(`It printed: ${resultText(results[0]).slice(-1000)}`)],
  ),
  when(
    /\bedit (\S+) replace (\S+) with (\S+)/,
    ({ match }) => [exec(`cat ${match[1]}`)],
    ({ match }) => [patch(`*** Update File: ${match[1]}`, '@@', `-${match[2]}`, `+${match[3]}`)],
    ({ results }) => [text(refused(results) ? 'The file stays as it was.' : 'The file is edited.')],
  ),
  when(/\bfail (400|401|403|404|500|503)\b/, ({ match }) =>
    failure(Number(match[1]), `scripted failure ${match[1]}`, match[1] === '401' ? { code: 'invalid_api_key' } : {}),
  ),
  when(/\bfail 429\b/, () =>
    failure(429, 'Rate limit reached for requests. Please try again in 1s.', {
      code: 'rate_limit_exceeded',
      headers: { 'retry-after': '1' },
    }),
  ),
  when(/\bfail quota\b/, () =>
    failure(429, 'You exceeded your current quota, please check your plan and billing details.', {
      code: 'insufficient_quota',
      type: 'insufficient_quota',
    }),
  ),
  when(/\bfail limit\b/, () =>
    failure(429, 'The usage limit has been reached', {
      type: 'usage_limit_reached',
      error: { plan_type: 'plus', resets_at: resetAt() },
      headers: limits(100),
    }),
  ),
  when(/\bfail context\b/, [fail('context_length_exceeded', 'Your input exceeds the context window of this model.')]),
  when(/\bfail overloaded\b/, [fail('server_is_overloaded', 'The server is overloaded. Please try again later.')]),
  when(/\bfail once\b/, ({ attempt }) =>
    attempt === 0 ? failure(500, 'scripted failure, gone at the next try') : [text('It worked at the second try.')],
  ),
  when(/\bfail cut\b/, [text('This sentence will never be fini', { unfinished: true }), cut()]),
  when(/\bwarn limit\b/, () => ({ kind: 'answer', parts: [text('Still allowed.')], headers: limits(92) })),
  when(
    /\bask question\b/,
    [
      call('request_user_input', {
        questions: [
          {
            id: 'database',
            header: 'Database',
            question: 'Which database should we use?',
            options: [
              { label: 'SQLite', description: 'One file, no server' },
              { label: 'Postgres', description: 'A server of its own' },
            ],
          },
        ],
      }),
    ],
    ({ results }) => [text(`Noted: ${resultText(results[0]).slice(0, 500)}`)],
  ),
  when(/\bpresent plan\b/, [
    reasoning('A plan is wanted first.'),
    text('<proposed_plan>\n# Plan\n\n1. Read the code\n2. Change one line\n3. Run the tests\n</proposed_plan>'),
  ]),
  when(
    /\btodos?\b/i,
    ({ request }): Part[] =>
      request.tools?.some(({ name }) => name === 'update_plan')
        ? [
            call('update_plan', {
              plan: [
                { step: 'Read the code', status: 'completed' },
                { step: 'Change it', status: 'in_progress' },
                { step: 'Run the tests', status: 'pending' },
              ],
            }),
          ]
        : [text('No list can be kept here.')],
    [text('The list is written.')],
  ),
  when(
    /\bcall tool (\S+) of (\S+)/,
    ({ match }) => [
      item({
        type: 'function_call',
        id: 'fc_mcp',
        call_id: `call_${crypto.randomUUID()}`,
        namespace: `mcp__${match[2]}`,
        name: match[1],
        arguments: '{"text":"from the model"}',
      }),
    ],
    ({ results }) => [text(`The tool said: ${resultText(results[0]).slice(0, 500)}`)],
  ),
  when(
    /\bloop\b/,
    [text('This will take a while.'), exec('while true; do echo tick; sleep 0.2; done', { yield_time_ms: 30_000 })],
    [text('The loop goes on in the background.')],
  ),
  when(/\bbackground\b/, [exec('sleep 600', { yield_time_ms: 250 })], [text('The command runs in the background.')]),
  when(
    /\bparallel\b/,
    [text('Three at once.'), exec('echo one'), exec('echo two'), exec('echo three')],
    ({ results }) => [text(`Heard ${results.map((each) => resultText(each).split('\n').at(-1)).join(', ')}.`)],
  ),
  when(
    /\bbig output\b/,
    [exec('seq -f "line %06g of a big output" 1 11000', { yield_time_ms: 30_000 })],
    [text('That was a lot.')],
  ),
  when(/\bslow (\d+)(?: pace (\d+))?/, ({ match }) => [
    text(words(count(match[1], 100)), { chunk: match[2] === '0' ? 4096 : 8, paceMs: count(match[2], 20) }),
  ]),
  when(/\bgate(?: (\S+))?/, ({ match }) => [
    text('Before the gate. '),
    gate(match[1] ?? 'gate'),
    text('After the gate.'),
  ]),
  when(/\bstream (\d+)\b/, ({ match }) => [text('x'.repeat(count(match[1], 1000)), { chunk: 1 })]),
  when(/\bfill context\b/, [inputTokens(250_000), text('The context is nearly full now.')]),
  when(/\bimage\b/, ({ images }) => [
    text(
      images.length === 0
        ? 'No image came with the prompt.'
        : images.map((url) => `Received ${url.slice(0, url.indexOf(';'))}, ${url.length} characters.`).join(' '),
    ),
  ]),
  when(/\bhello\b/i, [text('Hello. I am a scripted answer.')]),
];
