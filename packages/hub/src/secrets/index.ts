export { Keyring } from './keyring/index.ts';
export { Secrets } from './secrets.ts';
export { secretUsers } from './users.ts';
