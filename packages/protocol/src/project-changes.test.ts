import { expect, test } from 'bun:test';
import { ProjectChanges } from './groups.ts';

test('a change names only what it changes', () => {
  expect(ProjectChanges.parse({ name: 'Shop' })).toEqual({ name: 'Shop' });
  expect(ProjectChanges.parse({ model: null, futureField: 1 })).toEqual({ model: null, futureField: 1 });
});
