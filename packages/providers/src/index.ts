export { canonicalJson } from './canonical-json.ts';
export { type Continuity, continuityOf } from './continuity.ts';
export {
  type Adapted,
  type Adapter,
  type AdapterMemory,
  defineProvider,
  type JsonValue,
  type ProviderDefinition,
  type ProviderVariant,
  type SignInProbe,
  type VendorCli,
} from './define.ts';
export { effectiveSettings } from './effective-settings.ts';
export { type Classified, classify } from './errors.ts';
export { keepRaw, keepRawAdapter } from './keep-raw.ts';
export {
  adapterFor,
  choosableProviders,
  type FamilySettings,
  findProvider,
  findVariant,
  providers,
} from './registry.ts';
export { portOf, type SandboxNeeds, type SandboxPlace } from './sandbox-needs.ts';
export type { OutsideItem, OutsideQuery, ProviderServices, ServicePlace } from './services.ts';
