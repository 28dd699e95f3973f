import { toolUse } from '../../standins/anthropic-script.ts';
import * as model from '../../standins/model-script.ts';
import * as responses from '../../standins/responses-script.ts';

const TASK = /Please do the task "(.+?)" \((\w{8})\)/;
const SENT_BACK = /Your task ".+?" \((\w{8})\) was sent back by Judge/;
const team = (tool: string, input: Record<string, unknown>) => toolUse(`mcp__agor__${tool}`, input);

/** The model of Codex: it works by commands in its shell, and by patches. */
export const codexWorker: responses.Scenario[] = [
  responses.when(
    TASK,
    ({ match }) => [responses.exec(`bttask status ${match[2]} progress`, { yield_time_ms: 30_000 })],
    [responses.patch('*** Add File: answer.ts', '+export const answer = 42;')],
    ({ match }) => [
      responses.exec(`bttask status ${match[2]} review && btmsg send Chief "The answer is written."`, {
        yield_time_ms: 30_000,
      }),
    ],
    [responses.text('The answer is ready for review.')],
  ),
];

/** A local model: it works by the tools of its loop and those of the team; its one command asks the person. */
export const localWorker: model.Scenario[] = [
  model.when(
    SENT_BACK,
    ({ use }) => [use('read', { path: 'page.html' })],
    ({ use }) => [use('edit', { path: 'page.html', before: '<h1>', after: '<title>Shop</title><h1>' })],
    ({ match }) => [
      team('set_task_status', { id: match[1], status: 'review' }),
      team('send_message', { to: 'Chief', content: 'The page has a title now.' }),
    ],
    [model.text('The page is mended.')],
  ),
  model.when(
    TASK,
    ({ match }) => [team('set_task_status', { id: match[2], status: 'progress' })],
    ({ use }) => [use('write', { path: 'page.html', content: '<h1>Shop</h1>\n' })],
    ({ use }) => [use('shell', { command: 'wc -c page.html' })],
    ({ match }) => [
      team('set_task_status', { id: match[2], status: 'review' }),
      team('send_message', { to: 'Chief', content: 'The page is built.' }),
    ],
    [model.text('The page is ready for review.')],
  ),
];
