import { expect, test } from 'bun:test';
import { isReadOnly } from './read-only.ts';

test.each([
  'ls',
  'ls -la src',
  'cat README.md',
  "/bin/bash -lc 'rg needle src'",
  'pwd',
  'head -n 5 a/b.txt',
  'echo hi',
])('%s only reads in its folder, and is not asked about', (command) => expect(isReadOnly(command)).toBe(true));

test.each([
  'rm -rf src',
  'cat a > b',
  'ls; rm x',
  'ls && touch b',
  'cat $HOME/.ssh/id_ed25519',
  'cat /etc/passwd',
  'cat ~/.netrc',
  'cat ../other/secret',
  'rg --pre ./run.sh x',
  'rg --pre=./run.sh x',
  'grep x --file=/etc/passwd',
  'echo `id`',
  'echo $(id)',
  'ls\nrm x',
  "/bin/bash -lc 'ls | xargs rm'",
  'find . -delete',
  'git status',
  'catalogue',
  '',
])('%p is asked about', (command) => expect(isReadOnly(command)).toBe(false));
