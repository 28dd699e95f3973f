import { type ProviderStatus, providerFamily, providerVariant } from '@agor/protocol';

export interface ProviderGroup {
  /** Empty for the providers that are one agent each. */
  readonly label: string;
  readonly family: string | null;
  readonly providers: readonly ProviderStatus[];
}

/** The providers as people choose among them: single ones first, then each family with its agents. */
export function providerGroups(all: readonly ProviderStatus[]): ProviderGroup[] {
  const single = all.filter(({ id }) => providerVariant(id) === null);
  const families = Map.groupBy(
    all.filter(({ id }) => providerVariant(id) !== null),
    ({ id }) => providerFamily(id),
  );
  return [
    ...(single.length > 0 ? [{ label: '', family: null, providers: single }] : []),
    ...[...families].map(([family, providers]) => ({ label: familyLabel(family), family, providers })),
  ];
}

/** "Agents over ACP". A family has no name of its own beside its id. */
export function familyLabel(family: string): string {
  return `Agents over ${family.toUpperCase()}`;
}

/** What an option of a list says behind a provider's name; empty when it can be used as it is. */
export function optionNote({ enabled, install, signIn, caveat }: ProviderStatus): string {
  if (!enabled) return 'switched off';
  if (install.state === 'notInstalled') return 'not installed';
  if (install.state === 'broken') return 'does not run';
  if (signIn.state === 'signedOut') return 'not signed in';
  return caveat ? 'untested' : '';
}
