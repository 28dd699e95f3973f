export { Keyring } from './keyring.ts';
export type { KeyringAnswer, KeyringTrouble } from './wire.ts';
