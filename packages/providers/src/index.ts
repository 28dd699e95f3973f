export { canonicalJson } from './canonical-json.ts';
export {
  type Adapted,
  type Adapter,
  type AdapterMemory,
  defineProvider,
  type JsonValue,
  type ProviderDefinition,
  type SignInProbe,
  type VendorCli,
} from './define.ts';
export { type Classified, classify } from './errors.ts';
export { keepRaw, keepRawAdapter } from './keep-raw.ts';
export { adapterFor, findProvider, providers } from './registry.ts';
