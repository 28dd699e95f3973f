import { resultText } from './anthropic-request.ts';
import {
  type Call,
  cut,
  failure,
  gate,
  inputTokens,
  type Part,
  type Scenario,
  text,
  thinking,
  toolUse,
  when,
} from './anthropic-script.ts';

const words = (count: number, from = 1) => Array.from({ length: count }, (_, i) => `word${i + from} `).join('');
const count = (given: string | undefined, fallback: number) => Number(given ?? fallback);

/** Reset time of the scripted limit: five minutes after the call, in whole seconds since 1970. */
const resetAt = () => Math.floor(Date.now() / 1000) + 300;

const unified = (status: 'allowed' | 'allowed_warning' | 'rejected', utilization: number) => ({
  'anthropic-ratelimit-unified-status': status,
  'anthropic-ratelimit-unified-reset': String(resetAt()),
  'anthropic-ratelimit-unified-representative-claim': 'five_hour',
  'anthropic-ratelimit-unified-5h-status': status,
  'anthropic-ratelimit-unified-5h-reset': String(resetAt()),
  'anthropic-ratelimit-unified-5h-utilization': String(utilization),
  'anthropic-ratelimit-unified-fallback': 'unavailable',
  ...(status === 'allowed_warning' && { 'anthropic-ratelimit-unified-5h-surpassed-threshold': '0.9' }),
});

const PLAN = '# Plan\n\n1. Read the code\n2. Change one line\n3. Run the tests\n';

/**
 * A plan as the real model presents it: the CLI names a plan file in a reminder, the model writes it, then calls
 * ExitPlanMode (whose input has no plan of its own). Outside plan mode it enters it first.
 */
function presentPlan({ call, request, results }: Call): Part[] {
  // Each call since the prompt has left two messages: its answer and the results.
  const since = JSON.stringify(call > 0 ? request.messages.slice(-2 * call) : []);
  const entered = since.includes('"name":"EnterPlanMode"');
  // What the CLI said up to its last "exited plan mode" (which names the file, too) belongs to a plan that is done.
  const [, current = ''] =
    JSON.stringify(request.messages).match(/^(?:.*The plan file is located at \S+)?(.*)$/s) ?? [];
  const file = current.match(/\/[^\s"\\]*\/plans\/[\w-]+\.md/)?.[0];
  if (call === 0 && !file) return [toolUse('EnterPlanMode', {})];
  const step = entered ? call - 1 : call;
  if (step === 0 && file) {
    return [thinking('A plan is wanted first.'), toolUse('Write', { file_path: file, content: PLAN })];
  }
  if (step <= 1) return [toolUse('ExitPlanMode', {})];
  return [text(results[0]?.is_error ? 'The plan stays a plan.' : 'The plan was approved.')];
}

/** What the CLI asks the model on its own account; answered so that nothing in a test depends on it. */
export const SIDE_QUERIES: Scenario[] = [
  when(/^CRITICAL: Respond with TEXT ONLY|create a detailed summary of the conversation/, [
    text('<analysis>Everything so far.</analysis>\n<summary>The conversation so far, in one line.</summary>'),
  ]),
  when(/<task-notification>/, [text('The background task has ended.')]),
];

/** The built-in script; the table in anthropic.ts documents it. Order matters: the first match wins. */
export const BUILT_IN: Scenario[] = [
  // First those that carry free text: a file may be called image.txt.
  when(
    /\bwrite (\S+?)(?:: ([\s\S]*))?$/,
    [
      thinking('First I look where I am, then I write the file.'),
      text('Let me look around.'),
      toolUse('Bash', { command: 'echo hi && pwd', description: 'Print the working directory' }),
    ],
    ({ match }) => [
      text('Now I write the file.'),
      toolUse('Write', { file_path: match[1], content: match[2] ?? 'line one\nline two\n' }),
    ],
    ({ match, results }) => [
      text(results[0]?.is_error ? `I did not write ${match[1]}.` : `All done. The file ${match[1]} is written.`),
    ],
  ),
  when(
    /\brun: (.+)/,
    ({ match }) => [toolUse('Bash', { command: match[1], description: 'Run what was asked' })],
    ({ results }) => [text(`It printed: ${resultText(results[0]).slice(0, 1000)}`)],
  ),
  when(
    /\bedit (\S+) replace (\S+) with (\S+)/,
    ({ match }) => [toolUse('Read', { file_path: match[1] })],
    ({ match }) => [toolUse('Edit', { file_path: match[1], old_string: match[2], new_string: match[3] })],
    ({ results }) => [text(results[0]?.is_error ? 'The file stays as it was.' : 'The file is edited.')],
  ),
  when(/\bfail (400|401|402|403|404|500|529)\b/, ({ match }) =>
    failure(Number(match[1]), `scripted failure ${match[1]}`),
  ),
  when(/\bfail 429\b/, () => failure(429, 'This request would exceed your rate limit.', { 'retry-after': '1' })),
  when(/\bfail billing\b/, () =>
    failure(400, 'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.'),
  ),
  when(/\bfail limit\b/, () =>
    failure(
      429,
      "This request would exceed your account's rate limit. Please try again later.",
      unified('rejected', 1),
    ),
  ),
  when(/\bfail prompt-too-long\b/, () => failure(400, 'prompt is too long: 210000 tokens > 200000 maximum')),
  when(/\boverflow\b/, ({ request }) =>
    JSON.stringify(request.messages).includes('This session is being continued')
      ? [text('There is room again.')]
      : failure(400, 'prompt is too long: 210000 tokens > 200000 maximum'),
  ),
  when(/\bfail once\b/, ({ attempt }) =>
    attempt === 0 ? failure(500, 'scripted failure, gone at the next try') : [text('It worked at the second try.')],
  ),
  when(/\bfail cut\b/, [text('This sentence will never be fini'), cut()]),
  when(/\bwarn limit\b/, () => ({
    kind: 'answer',
    parts: [text('Still allowed.')],
    headers: unified('allowed_warning', 0.92),
  })),
  when(
    /\bask question\b/,
    [
      toolUse('AskUserQuestion', {
        questions: [
          {
            question: 'Which database should we use?',
            header: 'Database',
            multiSelect: false,
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
  when(/\bpresent plan\b/, presentPlan, presentPlan, presentPlan, presentPlan),
  when(
    /\btodos?\b/i,
    ({ request }) =>
      // Also when it is only announced: the CLI runs a deferred tool that is called directly.
      JSON.stringify([request.tools, request.messages]).includes('TodoWrite')
        ? [
            toolUse('TodoWrite', {
              todos: [
                { content: 'Read the code', status: 'completed', activeForm: 'Reading the code' },
                { content: 'Change it', status: 'in_progress', activeForm: 'Changing it' },
                { content: 'Run the tests', status: 'pending', activeForm: 'Running the tests' },
              ],
            }),
          ]
        : [
            toolUse('TaskCreate', {
              subject: 'Read the code',
              description: 'All of it',
              activeForm: 'Reading the code',
            }),
            toolUse('TaskCreate', { subject: 'Change it', description: 'One line', activeForm: 'Changing it' }),
          ],
    [text('The list is written.')],
  ),
  when(
    /\bsubagent background\b/,
    [
      toolUse('Agent', {
        description: 'Look around in the background',
        prompt: 'inner: look around',
        subagent_type: 'general-purpose',
        run_in_background: true,
      }),
    ],
    [text('The subagent works in the background.')],
  ),
  when(
    /\bsubagent\b/,
    [
      text('I hand this to a subagent.'),
      toolUse('Agent', {
        description: 'Look around',
        prompt: 'inner: look around',
        subagent_type: 'general-purpose',
        run_in_background: false,
      }),
    ],
    ({ results }) => [text(`The subagent reported: ${resultText(results[0]).slice(0, 200)}`)],
  ),
  when(
    /\binner: look around\b/,
    [
      thinking('The subagent thinks.'),
      toolUse('Bash', { command: 'echo from the subagent', description: 'Say where' }),
    ],
    [text('Nothing unusual in sight.')],
  ),
  when(
    /\bbackground (\d+)\b/,
    ({ match }) => [
      toolUse('Bash', {
        command: `for i in $(seq 1 ${match[1]}); do sleep 0.1; done; echo background work ended`,
        description: 'Work in the background',
        run_in_background: true,
      }),
    ],
    [text('The command runs in the background.')],
  ),
  when(
    /\bloop\b/,
    [
      text('This will take a while.'),
      toolUse('Bash', {
        command: 'while true; do sleep 0.2; done',
        description: 'Loop until it is ended',
        timeout: 600_000,
      }),
    ],
    [text('The loop has ended.')],
  ),
  when(
    /\bparallel\b/,
    [
      text('Three at once.'),
      toolUse('Bash', { command: 'echo one', description: 'Say one' }),
      toolUse('Bash', { command: 'echo two', description: 'Say two' }),
      toolUse('Bash', { command: 'echo three', description: 'Say three' }),
    ],
    ({ results }) => [text(`Heard ${results.map(resultText).join(', ')}.`)],
  ),
  when(
    /\bbig output\b/,
    [toolUse('Bash', { command: 'seq -f "line %06g of a big output" 1 11000', description: 'Print 300 kB' })],
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
  when(/\bfill context\b/, [inputTokens(190_000), text('The context is nearly full now.')]),
  when(/\bimage\b/, ({ images }) => [
    text(
      images.length === 0
        ? 'No image came with the prompt.'
        : images.map(({ mediaType, bytes }) => `Received ${mediaType}, ${bytes} bytes.`).join(' '),
    ),
  ]),
  when(/\bhello\b/i, [text('Hello. I am a scripted answer.')]),
];
