import { expect, setDefaultTimeout, test } from 'bun:test';
import { startHost } from './testing.ts';

setDefaultTimeout(60_000); // for a loaded computer

test('what is typed comes back from the shell, to a second window as well', async () => {
  await using host = await startHost();
  const id = await host.spawn();
  const first = await host.attach(id);
  first.type('echo hel""lo\n');
  await first.untilText('hello\r\n');

  const second = await host.attach(id);
  await second.untilText('hello\r\n');
  first.type('echo wor""ld\n');
  await second.untilText('world\r\n');
});

test('a terminal in a folder that does not exist is refused with the folder named', async () => {
  await using host = await startHost();
  expect(host.spawn({ cwd: '/no/such/folder' })).rejects.toThrow('The folder /no/such/folder does not exist');
  expect(host.spawn({ cwd: '/etc/passwd' })).rejects.toThrow('/etc/passwd is a file');
  expect(host.spawn({ shell: '/bin/no-such-shell' })).rejects.toThrow('Choose another one');
  expect(await host.control.request({ t: 'list' })).toEqual([]);
});
