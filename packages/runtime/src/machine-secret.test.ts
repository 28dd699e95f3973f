import { expect, test } from 'bun:test';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isSecretProof, machineSecret, proveSecret } from './machine-secret.ts';
import { tempDir } from './testing.ts';

test('the machine secret is made once, for this user only, and proves itself without being shown', () => {
  using dir = tempDir();
  const path = join(dir.path, 'secret');
  const secret = machineSecret(path);
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  expect(machineSecret(path)).toBe(secret);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(isSecretProof(secret, 'nonce', proveSecret(secret, 'nonce'))).toBe(true);
  expect(isSecretProof(secret, 'other', proveSecret(secret, 'nonce'))).toBe(false);
  expect(isSecretProof(secret, 'nonce', 'short')).toBe(false);
});
