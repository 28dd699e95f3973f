import { type MessagesRequest, resultText } from '../../standins/anthropic-request.ts';
import { type Part, text, toolUse } from '../../standins/anthropic-script.ts';
import { toolCalls } from './conversation.ts';

/** Which task is whose, by a word of its title. */
const HANDS: Readonly<Record<string, string>> = { page: 'web', answer: 'api' };

/** The manager's model: it finds the tasks on the board, gives each to its project's agent, and hears the reports. All by the MCP tools. */
export function chief(request: MessagesRequest): Part[] {
  const calls = toolCalls(request);
  const listed = calls.find(({ name }) => name.endsWith('list_tasks'));
  if (!listed) return [text('I look at the board.'), toolUse('mcp__agor__list_tasks', {})];
  const tasks = JSON.parse(resultText(listed.result)) as { id: string; title: string }[];
  const given = tasks.map(({ id, title }) => ({ id, title, agent: agentFor(title) }));
  if (!calls.some(({ name }) => name.endsWith('assign_task')))
    return given.map(({ id, agent }) => toolUse('mcp__agor__assign_task', { id, agent }));
  if (!calls.some(({ name }) => name.endsWith('send_message')))
    return given.map(({ id, title, agent }) =>
      toolUse('mcp__agor__send_message', {
        to: agent,
        content: `Please do the task "${title}" (${id.slice(0, 8)}). Move it to review when it is ready, and tell me.`,
      }),
    );
  return [text('I have heard it.')];
}

function agentFor(title: string): string {
  const [, agent = ''] = Object.entries(HANDS).find(([word]) => title.includes(word)) ?? [];
  return agent;
}
