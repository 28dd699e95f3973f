import { CString, dlopen, type Pointer, read } from 'bun:ffi';

/** With the collections loaded: `SECRET_SERVICE_LOAD_COLLECTIONS`. */
const LOAD_COLLECTIONS = 4;
const NONE = 0;
/** Where a GError has its message: a quark and a code before it. */
const MESSAGE_OFFSET = 8;
const ERROR_BYTES = 8;

/** `empty`: the service has no default keyring yet, so there is nothing to unlock; the first value makes one. */
export type ServiceState =
  | { readonly state: 'open' | 'locked' | 'empty' }
  | { readonly state: 'none'; readonly why: string };

/**
 * Whether the Secret Service of this session answers, and whether its default keyring is locked. Bun's own calls can't tell: of a locked
 * keyring they read nothing, as if nothing were there. Does not prompt. Leaks a few objects: for a program that ends right after.
 */
export function secretServiceState(): ServiceState {
  const lib = open();
  if (lib === null) return { state: 'none', why: 'the library libsecret-1 is not installed' };
  const { symbols } = lib;
  const error = new BigUint64Array(ERROR_BYTES / 8);
  const service = symbols.secret_service_get_sync(LOAD_COLLECTIONS, null, error);
  if (service === null) return { state: 'none', why: messageOf(error) };
  const collection = symbols.secret_collection_for_alias_sync(service, Buffer.from('default\0'), NONE, null, error);
  if (collection === null) return error[0] === 0n ? { state: 'empty' } : { state: 'none', why: messageOf(error) };
  return { state: symbols.secret_collection_get_locked(collection) === 0 ? 'open' : 'locked' };
}

function open() {
  try {
    return dlopen('libsecret-1.so.0', {
      secret_service_get_sync: { args: ['int', 'ptr', 'ptr'], returns: 'ptr' },
      secret_collection_for_alias_sync: { args: ['ptr', 'ptr', 'int', 'ptr', 'ptr'], returns: 'ptr' },
      secret_collection_get_locked: { args: ['ptr'], returns: 'int' },
    });
  } catch {
    return null; // there is no such library
  }
}

function messageOf(error: BigUint64Array): string {
  const [address = 0n] = error;
  if (address === 0n) return 'the Secret Service does not answer';
  return new CString(read.ptr(Number(address) as Pointer, MESSAGE_OFFSET) as Pointer).toString();
}
