import { btmsgOperations, bttaskOperations, TEAM_SERVER, type TeamTool } from '@agor/protocol';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { z } from 'zod';
import { callTeam, type OperationName, TeamRefusal } from '../team/index.ts';
import { VERSION } from '../version.ts';

/** What agents get as tools: the commands of the CLIs, under names that say what they do. */
const TOOLS: readonly (readonly [name: TeamTool, operation: OperationName, description: string])[] = [
  ['send_message', 'btmsg.send', 'Write to an agent, by id or name, or to the operator ("admin").'],
  ['reply_message', 'btmsg.reply', 'Answer a message.'],
  ['read_inbox', 'btmsg.inbox', 'Your unread messages. New ones also reach you as prompts.'],
  ['read_message', 'btmsg.read', 'One message whole, with what it answers. Marks it as read.'],
  ['list_contacts', 'btmsg.contacts', 'Whom you may write to.'],
  ['list_team', 'btmsg.status', 'Everyone in your group: role, whether a session of it lives, unread messages.'],
  ['who_am_i', 'btmsg.whoami', 'Your own id, role and group.'],
  ['read_history', 'btmsg.history', 'What you and an agent said to each other.'],
  ['allow_contact', 'btmsg.allow', 'Let one agent write to another (manager).'],
  [
    'list_dead_letters',
    'btmsg.deadLetters',
    'Messages of yours that were refused, with why; of all the group for its manager.',
  ],
  ['read_audit', 'btmsg.audit', 'What agents did and what was done to them (manager).'],
  ['create_channel', 'btmsg.channelCreate', 'Make a channel (role agents). You are in it.'],
  ['add_to_channel', 'btmsg.channelAdd', 'Bring an agent into a channel (role agents, where they are in; manager).'],
  ['list_channels', 'btmsg.channelList', "The group's channels."],
  ['send_to_channel', 'btmsg.channelSend', 'Write to a channel that you are in.'],
  ['read_channel', 'btmsg.channelHistory', 'What was said in a channel that you are in.'],
  ['list_wakes', 'btmsg.wakeList', 'When agents are woken by themselves: you, or for a manager its group.'],
  [
    'add_wake',
    'btmsg.wakeAdd',
    'Have an agent of the group woken: at times (cron), when a task is moved, when a file changes (manager). Each wake costs.',
  ],
  ['remove_wake', 'btmsg.wakeRemove', 'Remove a wake (manager).'],
  ['list_tasks', 'bttask.list', 'Open tasks: the whole board, or those that are yours, as your role allows.'],
  ['show_board', 'bttask.board', 'Every task by status.'],
  ['show_task', 'bttask.show', 'One task with subtasks and comments.'],
  ['add_task', 'bttask.add', 'A new task on the board.'],
  ['assign_task', 'bttask.assign', 'Give a task to an agent, or to nobody (null).'],
  ['set_task_status', 'bttask.status', 'Move a task: todo, progress, review, done, blocked.'],
  ['comment_task', 'bttask.comment', 'Comment on a task.'],
  ['edit_task', 'bttask.edit', 'Change what a task says or how urgent it is (manager; an architect its own).'],
  ['order_task', 'bttask.depend', 'Say which tasks must be done before this one (manager; an architect its own).'],
  ['delete_task', 'bttask.delete', 'Remove a task with its comments (manager).'],
];

type Schemas = Readonly<Record<string, { readonly input: z.ZodObject }>>;

/** The MCP server `agor mcp`: the same operations with the same rights as the commands. Serves until stdin ends. */
export async function serveMcp(): Promise<void> {
  const server = new McpServer({ name: TEAM_SERVER, version: VERSION });
  for (const [name, operation, description] of TOOLS) {
    const [family, own = ''] = operation.split('.');
    const schemas = (family === 'btmsg' ? btmsgOperations : bttaskOperations) as Schemas;
    const schema = schemas[own];
    if (!schema) throw new Error(`there is no operation ${operation}`);
    server.registerTool(name, { description, inputSchema: schema.input.shape }, async (input: unknown) =>
      told(operation, input),
    );
  }
  await server.connect(new StdioServerTransport());
}

/** A refusal is an answer for the model, which can act on it; only what is broken is an error of the protocol. */
async function told(
  operation: string,
  input: unknown,
): Promise<{ content: { type: 'text'; text: string }[]; isError?: boolean }> {
  try {
    const outcome = await callTeam(operation, input);
    const text = outcome.queued
      ? "agor's hub is away; this is kept and delivered when it is back."
      : JSON.stringify(outcome.result);
    return { content: [{ type: 'text', text }] };
  } catch (error) {
    if (error instanceof TeamRefusal)
      return { content: [{ type: 'text', text: `${error.code}: ${error.message}` }], isError: true };
    throw error;
  }
}
