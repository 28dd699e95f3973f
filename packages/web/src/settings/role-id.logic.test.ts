import { expect, test } from 'vitest';
import { roleIdFrom } from './role-id.logic.ts';

test('a role is known by its name in plain letters', () => {
  expect(roleIdFrom('Technical Writer')).toBe('technical-writer');
  expect(roleIdFrom('  3rd line: Überwacher! ')).toBe('rd-line-uberwacher');
  expect(roleIdFrom('文档')).toBe('');
  expect(roleIdFrom(`${'a'.repeat(31)} b`)).toBe('a'.repeat(31));
});
