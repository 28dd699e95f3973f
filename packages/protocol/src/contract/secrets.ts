import { z } from 'zod';
import { SecretName, SecretsStanding, SecretValue } from '../secrets.ts';
import { base, command, done } from './base.ts';

/** Values go in and never come out: no procedure returns one. All but `list` are REJECTED, in words, when the keyring can't be used. */
export const secrets = {
  /** The keyring's state, the known secrets whether set or not, and the person's own. Asks the keyring, but never makes it prompt. */
  list: base.output(SecretsStanding),
  /** Keeps a value, in place of an older one. A locked keyring asks the person to unlock it. */
  set: base.input(command.extend({ name: SecretName, value: SecretValue })).output(done),
  /** NOT_FOUND when there is none of that name. */
  remove: base.input(command.extend({ name: SecretName })).output(done),
  /** Has a locked keyring ask the person for its password, in its own window, and waits for them. */
  unlock: base.input(command.extend({ by: z.string().min(1).max(100).default('web') })).output(done),
};
