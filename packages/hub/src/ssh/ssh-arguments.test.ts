import { expect, test } from 'bun:test';
import { SshDraft } from '@agor/protocol';
import { sshArguments } from './ssh-arguments.ts';

const NEVER = ['-o', 'ForwardAgent=no', '-o', 'ClearAllForwardings=yes', '-o', 'ForwardX11=no'];
const to = (draft: Partial<SshDraft>) => sshArguments(SshDraft.parse({ name: 'n', host: 'host', ...draft }));

test('a bare connection leaves everything to the ssh config, but forwards nothing', () => {
  expect(to({})).toEqual([...NEVER, '--', 'host']);
});

test('what is written down is handed over word by word', () => {
  const all = to({ host: '::1', port: 2222, username: 'you', keyFile: '~/.ssh/my key' });
  const own = ['-p', '2222', '-i', '~/.ssh/my key', '-o', 'IdentitiesOnly=yes', '-l', 'you'];
  expect(all).toEqual([...NEVER, ...own, '--', '::1']);
});

test('the agent is lent only where the person said so', () => {
  expect(to({ forwardAgent: true }).slice(0, 2)).toEqual(['-o', 'ForwardAgent=yes']);
});

test('a start folder is one quoted word of the line for the shell over there', () => {
  const last = (startFolder: string) => to({ startFolder }).slice(-4);
  expect(last('/srv/app')).toEqual(['-t', '--', 'host', `cd -- '/srv/app'; exec "$SHELL" -l`]);
  expect(last('~/x y').at(-1)).toBe(`cd -- ~/'x y'; exec "$SHELL" -l`);
  expect(last("a'; rm -rf ~; '").at(-1)).toBe(`cd -- 'a'\\''; rm -rf ~; '\\'''; exec "$SHELL" -l`);
});

test.each(['-oProxyCommand=touch x', '--', 'a b', 'a;b', '$(id)', 'a`b`', 'you@host', 'a\nb', ''])(
  'the host %j is refused',
  (host) => {
    expect(SshDraft.safeParse({ name: 'n', host }).success).toBe(false);
  },
);

test.each(['-oProxyCommand=x', 'a b', 'a$(id)'])('the user %j is refused', (username) => {
  expect(SshDraft.safeParse({ name: 'n', host: 'h', username }).success).toBe(false);
});

test.each(['h', 'h.example.com', '10.0.0.1', 'fe80::1%eth0', '[::1]', 'büro', 'build_box-2'])(
  'the host %j is taken',
  (host) => {
    expect(SshDraft.parse({ name: 'n', host }).host).toBe(host);
  },
);
