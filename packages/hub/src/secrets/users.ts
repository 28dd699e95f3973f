import {
  type GroupsFile,
  KNOWN_SECRETS,
  type McpServerChoices,
  type ProviderSettings,
  referredSecrets,
  type SecretName,
} from '@agor/protocol';
import { findProvider } from '@agor/providers';
import { allProjects, mcpServerChoices } from '../groups/index.ts';

/** Where the settings of providers, projects and MCP servers use a secret: by choice, or by reference. For the person. */
export function secretUsers(
  name: SecretName,
  providers: Readonly<Record<string, ProviderSettings>>,
  mcpServers: McpServerChoices,
  groups: GroupsFile,
): string[] {
  const everywhere = Object.entries(providers).flatMap(([id, settings]) =>
    uses(settings, name) ? [findProvider(id)?.label ?? id] : [],
  );
  const projects = allProjects(groups).flatMap(({ project }) =>
    Object.entries(project.providers ?? {}).flatMap(([id, overrides]) =>
      uses(overrides, name) ? [`${findProvider(id)?.label ?? id} in ${project.name}`] : [],
    ),
  );
  const servers = mcpServerChoices(mcpServers, groups).flatMap(({ name: server, place, choice }) =>
    uses(choice, name) ? [`MCP server ${server}${place === null ? '' : ` of ${place.name}`}`] : [],
  );
  return [...everywhere, ...projects, ...servers];
}

function uses(settings: unknown, name: SecretName): boolean {
  const chosen = (settings as { storedKeys?: unknown }).storedKeys;
  const isKnown = KNOWN_SECRETS.some((known) => known.name === name);
  if (isKnown && Array.isArray(chosen) && chosen.includes(name)) return true;
  return referredSecrets(JSON.stringify(settings)).includes(name);
}
