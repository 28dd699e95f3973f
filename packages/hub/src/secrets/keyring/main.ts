import { answerKeyring } from './serve.ts';
import { KeyringRequest } from './wire.ts';

/**
 * The program `keyring`: does one thing with the keyring and ends. A process of its own, because a call that waits for a person can be
 * ended no other way, and because the system's libraries then take no memory of the hub.
 */
async function main(): Promise<void> {
  const request = KeyringRequest.parse(JSON.parse(await Bun.stdin.text()));
  process.stdout.write(JSON.stringify(await answerKeyring(request)));
}

main().then(
  () => process.exit(0),
  () => process.exit(1), // what is wrong with a request is not told: it may hold a value
);
