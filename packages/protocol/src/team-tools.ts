/** The MCP server through which every agent of a team has btmsg and bttask as tools. */
export const TEAM_SERVER = 'agor';

/** Its tools. Roles decide what each may do, so none of them asks the person. */
export const TEAM_TOOLS = [
  'send_message',
  'reply_message',
  'read_inbox',
  'read_message',
  'list_contacts',
  'list_channels',
  'send_to_channel',
  'read_channel',
  'list_wakes',
  'add_wake',
  'remove_wake',
  'list_tasks',
  'show_board',
  'show_task',
  'add_task',
  'assign_task',
  'set_task_status',
  'comment_task',
  'who_am_i',
  'list_team',
  'read_history',
  'allow_contact',
  'create_channel',
  'add_to_channel',
  'list_dead_letters',
  'read_audit',
  'edit_task',
  'order_task',
  'delete_task',
] as const;
export type TeamTool = (typeof TEAM_TOOLS)[number];
