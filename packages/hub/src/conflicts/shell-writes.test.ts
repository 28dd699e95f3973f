import { expect, test } from 'bun:test';
import { shellWrites } from './shell-writes.ts';

const TABLE: readonly (readonly [line: string, written: readonly string[]])[] = [
  ['echo hi > a.txt', ['/p/a.txt']],
  ['echo hi >> "a b.txt" 2>&1', ['/p/a b.txt']],
  ['make 2> err.log >out.log', ['/p/err.log', '/p/out.log']],
  ['make &> all.log', ['/p/all.log']],
  ['make > /dev/null 2>&1', []],
  ['echo "a > b"', []],
  ["grep 'x > y' file", []],
  ['cat < in.txt', []],
  ['[ 1 -gt 0 ] && echo x >| out', ['/p/out']],
  ["cat <<'EOF' > doc.md\nnot > this\nrm nor-this\nEOF\nrm old", ['/p/doc.md', '/p/old']],
  ["sed -i 's/a/b/' a.ts b.ts", ['/p/a.ts', '/p/b.ts']],
  ["sed -i.bak -e 's/a/b/' a.ts", ['/p/a.ts']],
  ["sed 's/a/b/' a.ts", []],
  ["perl -pi -e 's/a/b/' a.ts", ['/p/a.ts']],
  ['echo x | tee -a log other', ['/p/log', '/p/other']],
  ['cp a.ts b.ts', ['/p/b.ts']],
  ['cp -r a.ts b.ts lib/', ['/p/lib/a.ts', '/p/lib/b.ts']],
  ['mv a.ts b.ts', ['/p/a.ts', '/p/b.ts']],
  ['rm -rf a.ts', ['/p/a.ts']],
  ['chmod +x run.sh', ['/p/run.sh']],
  ['chown me:me run.sh', ['/p/run.sh']],
  ['cd lib && echo x > a', ['/p/lib/a']],
  ['(cd /q; touch a)', ['/q/a']],
  ['sudo FOO=1 rm a', ['/p/a']],
  ['rm "$FILE" *.log', []],
  ['git checkout -- a.ts', ['/p/a.ts']],
  ['git restore a.ts', ['/p/a.ts']],
  ['git restore --staged a.ts', []],
  ['git checkout main', ['/p/**']],
  ['git checkout -b new', []],
  ['git stash pop', ['/p/**']],
  ['git stash list', []],
  ['git -C sub apply x.patch', ['/p/sub/**']],
  ['git reset --hard', ['/p/**']],
  ['git status && git diff', []],
  ['patch -p1 < x.patch', ['/p/**']],
  ['patch a.ts x.patch', ['/p/a.ts']],
  ['bash -lc "cd lib && echo x > inner"', ['/p/lib/inner']],
  ['bash build.sh', []],
  ['for f in a; do echo x > $f; rm z; done', ['/p/z']],
  ['ls # > not.txt', []],
  ['', []],
];

for (const [line, written] of TABLE)
  test(`a shell line writes: ${JSON.stringify(line)}`, () => {
    expect(shellWrites(line, '/p').map(({ path, tree }) => (tree ? `${path}/**` : path))).toEqual([...written]);
  });

test('a line of any length and kind is read in no time', () => {
  for (const piece of ['(', '"', "'", '\\', '<<A\n', '> ', '$(', 'a=', '#', '{'])
    expect(shellWrites(piece.repeat(50_000), '/p').length).toBeLessThanOrEqual(50_000);
});
