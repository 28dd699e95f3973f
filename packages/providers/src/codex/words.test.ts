import { expect, test } from 'bun:test';
import { bareCommand, filesTitle } from './words.ts';

test.each([
  ["/bin/bash -lc 'npm test'", 'npm test'],
  ['/bin/bash -lc pwd', 'pwd'],
  [`bash -lc "echo \\"hi\\" and 'there'"`, `echo "hi" and 'there'`],
  [`/bin/zsh -c 'it'"'"'s here'`, "it's here"],
  ["/bin/bash -lc 'one' two", "/bin/bash -lc 'one' two"],
  ['git status', 'git status'],
  ["/bin/bash -lc 'a\nb'", 'a\nb'],
])('%p is told as %p', (command, bare) => expect(bareCommand(command)).toBe(bare));

test('the files of a patch are told in one line', () => {
  expect(filesTitle('/p', ['/p/a.ts'])).toBe('a.ts');
  expect(filesTitle('/p', ['/p/a.ts', '/q/b.ts'])).toBe('a.ts, /q/b.ts');
  expect(filesTitle('/p', ['/p/a.ts', '/p/b.ts', '/p/c.ts'])).toBe('a.ts and 2 more');
});
