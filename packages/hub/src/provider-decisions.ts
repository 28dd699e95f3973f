import type { Core } from './core/index.ts';
import type { HubBus } from './events/index.ts';
import { type GroupsFileStore, mcpServerChoices, projectOverrides } from './groups/index.ts';
import type { ProviderDecisions } from './link/index.ts';
import type { Secrets } from './secrets/index.ts';
import type { SettingsStore } from './settings/index.ts';

/** What the person decided about providers, in the settings and differently in projects, and the secrets that both may refer to. */
export function providerDecisions(
  groups: GroupsFileStore,
  settings: SettingsStore,
  secrets: Pick<Secrets, 'values'>,
): ProviderDecisions {
  return {
    providers: settings.providers(),
    projects: projectOverrides(groups.current),
    secrets: { ...secrets.values },
    mcpServers: Object.fromEntries(
      mcpServerChoices(settings.value('mcp_servers'), groups.current).map(({ name, place, choice }) => [
        place === null ? name : `${name} of ${place.id}`,
        choice,
      ]),
    ),
  };
}

/** Tells the machine, and `changed`, whenever that becomes something else; by whatever way, for people edit groups.json by hand. */
export function followProviderDecisions(options: {
  readonly bus: HubBus;
  readonly core: Pick<Core, 'machine'>;
  readonly decisions: () => ProviderDecisions;
  readonly changed: () => void;
}): Disposable {
  const { bus, core, decisions, changed } = options;
  let known = JSON.stringify(decisions());
  const look = () => {
    const now = JSON.stringify(decisions());
    if (now === known) return;
    known = now;
    core.machine.refreshEnvironment();
    changed();
  };
  const subscriptions = [bus.on('settings', look), bus.on('groups', look), bus.on('secrets', look)];
  return {
    [Symbol.dispose]: () => {
      for (const subscription of subscriptions) subscription[Symbol.dispose]();
    },
  };
}
