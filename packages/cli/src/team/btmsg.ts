import { Command } from 'commander';
import { ask, type Output } from './ask.ts';
import { agentLine, channelLine, channelMessageLine, messageLine, short, wholeMessage } from './print.ts';

const list =
  <T>(line: (item: T) => string, empty: string) =>
  (items: readonly T[]) =>
    items.length > 0 ? items.map(line).join('\n') : empty;

/** The `btmsg` command (spec §6.4). */
export function btmsg(): Command {
  const program = new Command('btmsg').description('messages between the operator and the agents of a group');
  program.option('--json', 'for programs');
  const out = (): Output => ({ json: program.opts<{ json?: boolean }>().json === true });

  program
    .command('inbox')
    .description('unread messages')
    .option('--all', 'the last 50, read ones too')
    .action(({ all = false }: { all?: boolean }) =>
      ask('btmsg.inbox', { all }, out(), list(messageLine, all ? 'No messages.' : 'No unread messages.')),
    );
  program
    .command('read')
    .description('one message, with what it answers; marks it as read')
    .argument('<id>')
    .action((id: string) => ask('btmsg.read', { id }, out(), wholeMessage));
  program
    .command('send')
    .description('write to an agent, or to the operator (admin)')
    .argument('<agent>', 'id or name')
    .argument('<text...>')
    .action((to: string, words: string[]) =>
      ask('btmsg.send', { to, content: words.join(' ') }, out(), ({ id }) => `Sent: ${short(id)}`),
    );
  program
    .command('reply')
    .description('answer a message')
    .argument('<id>')
    .argument('<text...>')
    .action((id: string, words: string[]) =>
      ask('btmsg.reply', { id, content: words.join(' ') }, out(), (sent) => `Sent to ${sent.to}: ${short(sent.id)}`),
    );
  program
    .command('contacts')
    .description('whom you may write to')
    .action(() => ask('btmsg.contacts', {}, out(), list(agentLine, 'Nobody.')));
  program
    .command('history')
    .description('what you and an agent said')
    .argument('<agent>')
    .option('--limit <n>', 'how many', '20')
    .action((agent: string, { limit }: { limit: string }) =>
      ask('btmsg.history', { with: agent, limit: Number(limit) }, out(), list(messageLine, 'Nothing was said yet.')),
    );
  program
    .command('status')
    .description('everyone in the group')
    .action(() => ask('btmsg.status', {}, out(), list(agentLine, 'Nobody.')));
  program
    .command('graph')
    .description('who may write to whom')
    .action(() =>
      ask(
        'btmsg.graph',
        {},
        out(),
        list((agent) => `${agentLine(agent)}\n     → ${agent.contacts.join(', ')}`, 'Nobody.'),
      ),
    );
  program
    .command('whoami')
    .description('who you are here')
    .action(() => ask('btmsg.whoami', {}, out(), agentLine));
  program
    .command('unread')
    .description('how many messages are unread')
    .action(() => ask('btmsg.unread', {}, out(), ({ count }) => String(count)));
  program
    .command('notify')
    .description('one line for a shell hook; nothing when there is nothing')
    .action(() =>
      ask('btmsg.unread', {}, out(), ({ count }) => (count > 0 ? `${count} unread message(s): btmsg inbox` : '')),
    );
  program
    .command('feed')
    .description('everything that was said (operator)')
    .option('--group <id>')
    .option('--limit <n>', 'how many', '50')
    .action(({ group, limit }: { group?: string; limit: string }) =>
      ask('btmsg.feed', { groupId: group, limit: Number(limit) }, out(), list(messageLine, 'Nothing was said yet.')),
    );
  program
    .command('allow')
    .description('let one agent write to another (operator, manager)')
    .argument('<from>')
    .argument('<to>')
    .option('-b, --bidirectional')
    .action((from: string, to: string, { bidirectional = false }: { bidirectional?: boolean }) =>
      ask('btmsg.allow', { from, to, bidirectional }, out(), ({ added }) =>
        added > 0 ? 'Allowed.' : 'That was allowed already.',
      ),
    );
  program.addCommand(channels(out));
  return program;
}

function channels(out: () => Output): Command {
  const channel = new Command('channel').description('channels of the group: create, list, send, history, add');
  channel
    .command('create')
    .argument('<name>')
    .option('--group <id>', 'for the operator: whose')
    .action((name: string, { group }: { group?: string }) =>
      ask('btmsg.channelCreate', { name, groupId: group }, out(), (made) => `Made: #${made.name}`),
    );
  channel.command('list').action(() => ask('btmsg.channelList', {}, out(), list(channelLine, 'No channels.')));
  channel
    .command('send')
    .argument('<channel>')
    .argument('<text...>')
    .action((name: string, words: string[]) =>
      ask('btmsg.channelSend', { channel: name, content: words.join(' ') }, out(), ({ id }) => `Sent: ${short(id)}`),
    );
  channel
    .command('history')
    .argument('<channel>')
    .option('--limit <n>', 'how many', '30')
    .action((name: string, { limit }: { limit: string }) =>
      ask(
        'btmsg.channelHistory',
        { channel: name, limit: Number(limit) },
        out(),
        list(channelMessageLine, 'Nothing was said yet.'),
      ),
    );
  channel
    .command('add')
    .argument('<channel>')
    .argument('<agent>')
    .action((name: string, agent: string) =>
      ask('btmsg.channelAdd', { channel: name, agent }, out(), ({ added }) =>
        added ? 'Added.' : 'It was in there already.',
      ),
    );
  return channel;
}
