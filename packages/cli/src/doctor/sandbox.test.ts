import { expect, test } from 'bun:test';
import { sandboxFindings } from './sandbox.ts';

test('doctor tells per rule whether a sandbox holds it here, and what would help', async () => {
  const findings = await sandboxFindings(async () => ({
    landlockAbi: 4,
    bubblewrap: null,
    bubblewrapProblem: 'sudo apt install bubblewrap',
  }));
  const states = Object.fromEntries(findings.map(({ name, state }) => [name, state]));
  expect(states).toEqual({
    bubblewrap: 'warn',
    'sandbox writes': 'good',
    'sandbox reads': 'good',
    'sandbox network': 'good',
    'sandbox signals': 'warn',
    'sandbox abstractSockets': 'warn',
    'sandbox pathSockets': 'warn',
    'sandbox gitGuard': 'warn',
    'sandbox vendorGuard': 'warn',
  });
  expect(findings.find(({ name }) => name === 'sandbox gitGuard')?.detail).toContain('apt install bubblewrap');
});
