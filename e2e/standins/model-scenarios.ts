/**
 * | words in the prompt             | what the model does                                                         |
 * | ------------------------------- | --------------------------------------------------------------------------- |
 * | `write FILE: CONTENT`           | thinking, text, a shell `echo hi && pwd`, then text and a write, then text   |
 * | `create FILE: CONTENT`          | a write at once, then text                                                  |
 * | `run: COMMAND`                  | that command, then text with its output                                     |
 * | `edit FILE replace A with B`    | a read, an edit, text                                                       |
 * | `loop`                          | a command that never ends (for interrupts)                                  |
 * | `parallel`                      | text and three commands in one answer                                       |
 * | `big output`                    | a command that prints 300 kB                                                |
 * | `todo`                          | a to-do list, where the agent offers a tool for it                          |
 * | `hello`                         | one short text                                                              |
 * | `ponder`                        | thinking, then text                                                         |
 * | `slow N pace MS`                | N words with pauses (20 ms after each 8 characters)                         |
 * | `stream N`                      | N deltas of one character                                                   |
 * | `gate NAME`                     | text, holds the stream until `release(NAME)` ("gate"), text                 |
 * | `image`                         | says type and size of each image of the prompt                              |
 * | `fail 400|401|402|403|404|500|503` | that error; `fail 429` a rate limit with `retry-after: 1`                |
 * | `fail quota`                    | 429 "insufficient_quota" in words                                           |
 * | `fail once`                     | 500, then an answer at the retry                                            |
 * | `fail cut`                      | a few deltas, then the connection drops                                     |
 * | anything else                   | "You said: …"                                                               |
 */
import { cut, failure, gate, type Scenario, text, thinking, when } from './model-script.ts';

const words = (count: number) => Array.from({ length: count }, (_, i) => `word${i + 1} `).join('');
const failed = (output: string | undefined) =>
  /reject|denied|declin|cancel|not allow|does not allow|permission/i.test(output ?? '');

/** Order matters: the first match wins. Those that carry free text come first: a file may be called image.txt. */
export const BUILT_IN: readonly Scenario[] = [
  when(
    /\bwrite (\S+?)(?:: ([\s\S]*))?$/,
    ({ use }) => [
      thinking('First I look where I am, then I write the file.'),
      text('Let me look around.'),
      use('shell', { command: 'echo hi && pwd' }),
    ],
    ({ match, use }) => [
      text('Now I write the file.'),
      use('write', { path: match[1], content: match[2] ?? 'line one\nline two\n' }),
    ],
    ({ match, results }) => [
      text(failed(results[0]?.text) ? `I did not write ${match[1]}.` : `All done. The file ${match[1]} is written.`),
    ],
  ),
  when(
    /\bcreate (\S+?): ([\s\S]*)$/,
    ({ match, use }) => [use('write', { path: match[1], content: match[2] })],
    ({ match, results }) => [
      text(failed(results[0]?.text) ? `I did not create ${match[1]}.` : `The file ${match[1]} is created.`),
    ],
  ),
  when(
    /\brun: (.+)/,
    ({ match, use }) => [use('shell', { command: match[1] })],
    ({ results }) => [text(`It printed: ${(results[0]?.text ?? '').slice(0, 1000)}`)],
  ),
  when(
    /\bedit (\S+) replace (\S+) with (\S+)/,
    ({ match, use }) => [use('read', { path: match[1] })],
    ({ match, use }) => [use('edit', { path: match[1], before: match[2], after: match[3] })],
    ({ results }) => [text(failed(results[0]?.text) ? 'The file stays as it was.' : 'The file is edited.')],
  ),
  when(/\bfail (400|401|402|403|404|500|503)\b/, ({ match }) =>
    failure(Number(match[1]), `scripted failure ${match[1]}`),
  ),
  when(/\bfail 429\b/, failure(429, 'Rate limit reached for requests.', { 'retry-after': '1' })),
  when(/\bfail quota\b/, failure(429, 'You exceeded your current quota, please check your plan and billing details.')),
  when(/\bfail once\b/, ({ attempt }) =>
    attempt === 0 ? failure(500, 'scripted failure, gone at the next try') : [text('It worked at the second try.')],
  ),
  when(/\bfail cut\b/, [text('This sentence will never be fini'), cut()]),
  when(
    /\btodos?\b/i,
    ({ use }) => [
      use('todo', {
        todos: [
          { id: '1', content: 'Read the code', description: 'Read the code', status: 'completed', priority: 'high' },
          { id: '2', content: 'Change it', description: 'Change it', status: 'in_progress', priority: 'medium' },
          { id: '3', content: 'Run the tests', description: 'Run the tests', status: 'pending', priority: 'low' },
        ],
      }),
    ],
    [text('The list is written.')],
  ),
  when(
    /\bloop\b/,
    ({ use }) => [
      text('This will take a while.'),
      use('shell', { command: 'while true; do sleep 0.2; done', timeout: 600_000 }),
    ],
    [text('The loop has ended.')],
  ),
  when(
    /\bparallel\b/,
    ({ use }) => [
      text('Three at once.'),
      use('shell', { command: 'echo one' }),
      use('shell', { command: 'echo two' }),
      use('shell', { command: 'echo three' }),
    ],
    ({ results }) => [text(`Heard ${results.length} answers.`)],
  ),
  when(/\bbig output\b/, ({ use }) => [use('shell', { command: 'seq -f "line %06g of a big output" 1 11000' })], [
    text('That was a lot.'),
  ]),
  when(/\bslow (\d+)(?: pace (\d+))?/, ({ match }) => [
    text(words(Number(match[1])), { chunk: match[2] === '0' ? 4096 : 8, paceMs: Number(match[2] ?? 20) }),
  ]),
  when(/\bgate(?: (\S+))?/, ({ match }) => [
    text('Before the gate. '),
    gate(match[1] ?? 'gate'),
    text('After the gate.'),
  ]),
  when(/\bstream (\d+)\b/, ({ match }) => [text('x'.repeat(Number(match[1])), { chunk: 1 })]),
  when(/\bponder\b/, [thinking('Let me think about this.'), text('I have thought about it.')]),
  when(/\bimage\b/, ({ images }) => [
    text(
      images.length === 0
        ? 'No image came with the prompt.'
        : images.map(({ mediaType, bytes }) => `Received ${mediaType}, ${bytes} bytes.`).join(' '),
    ),
  ]),
  when(/\bhello\b/i, [text('Hello. I am a scripted answer.')]),
];
