import type { GroupsFile, McpServerChoice, McpServerChoices } from '@agor/protocol';

/** Every word on an MCP server: of the settings (`place` null), and of groups, projects and role agents. */
export function mcpServerChoices(
  global: McpServerChoices,
  { groups }: GroupsFile,
): {
  readonly name: string;
  readonly place: { readonly id: string; readonly name: string } | null;
  readonly choice: McpServerChoice;
}[] {
  const members = groups.flatMap((group) => [group, ...(group.agents ?? []), ...group.projects]);
  const places = [{ place: null, mcpServers: global }, ...members.map((one) => ({ ...one, place: one }))];
  return places.flatMap(({ place, mcpServers = {} }) =>
    Object.entries(mcpServers).map(([name, choice]) => ({ name, place, choice })),
  );
}
