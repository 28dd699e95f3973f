import type { McpServer, McpServerChoice, McpServerChoices, McpServers } from '@agor/protocol';
import type { SettingOrigin, SettingPlace } from './resolve-setting.ts';

/** An MCP server as it holds in one place. */
export interface HeldMcpServer {
  readonly name: string;
  readonly server: McpServer;
  /** Whether agents of the place connect to it. */
  readonly enabled: boolean;
  /** The level that describes it. */
  readonly from: Exclude<SettingOrigin, 'default'>;
  /** The lowest level with a word on it: its description, or only its switch. */
  readonly decidedBy: Exclude<SettingOrigin, 'default'>;
}

/**
 * The MCP servers of a place, by name: those of the settings, its group and its own together. Of one name the lowest level holds, be it with a
 * description of its own or only with the switch; a switch of what nobody describes is nothing.
 */
export function heldMcpServers(global: McpServerChoices, { group, member }: SettingPlace): HeldMcpServer[] {
  const held = new Map<string, HeldMcpServer>();
  const take = (from: HeldMcpServer['from'], choices: McpServerChoices | undefined) => {
    for (const [name, choice] of Object.entries(choices ?? {})) {
      const above = held.get(name);
      const server = described(choice);
      if (server) held.set(name, { name, server, enabled: choice.enabled ?? true, from, decidedBy: from });
      else if (above) held.set(name, { ...above, enabled: choice.enabled ?? true, decidedBy: from });
    }
  };
  take('global', global);
  take('group', group?.mcpServers);
  take('own', member?.fields.mcpServers as McpServerChoices | undefined);
  return [...held.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Those that agents of the place connect to. */
export function enabledMcpServers(held: readonly HeldMcpServer[]): McpServers {
  return Object.fromEntries(held.filter(({ enabled }) => enabled).map(({ name, server }) => [name, server]));
}

function described(choice: McpServerChoice): McpServer | null {
  if (!('command' in choice || 'url' in choice)) return null;
  const { enabled: _, ...server } = choice;
  return server;
}
