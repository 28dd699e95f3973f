import { expect, test } from 'vitest';
import { readPasted, serverLine } from './mcp-text.logic.ts';

const read = (value: unknown) => readPasted(JSON.stringify(value));

test('configurations of other tools are understood', () => {
  const docs = { url: 'https://docs.example/mcp', headers: {} };
  const files = { command: 'npx', args: ['-y', 'files-mcp'], env: { ROOT: '/code' } };
  const both = { ok: true, servers: { docs, files } };
  expect(read({ mcpServers: { docs: { type: 'http', url: docs.url }, files } })).toEqual(both);
  expect(read({ servers: { docs, files: { type: 'stdio', ...files } } })).toEqual(both);
  expect(
    read({
      mcp: {
        docs: { httpUrl: docs.url },
        files: { type: 'local', command: ['npx', '-y', 'files-mcp'], environment: { ROOT: '/code' } },
      },
    }),
  ).toEqual(both);
  expect(read({ docs: { ...docs, disabled: true } })).toEqual({
    ok: true,
    servers: { docs: { ...docs, enabled: false } },
  });
});

test('what can not be taken is told with the server', () => {
  const problem = (value: unknown) => {
    const result = read(value);
    return result.ok ? null : result.problem;
  };
  expect(readPasted('{"a":')).toMatchObject({ ok: false, problem: expect.stringMatching(/no JSON/) });
  expect(problem([])).toMatch(/no servers/);
  expect(problem({ mcpServers: {} })).toMatch(/no servers/);
  expect(problem({ command: 'npx' })).toMatch(/no name/);
  expect(problem({ old: { type: 'sse', url: 'https://x.example/sse' } })).toMatch(/^old: servers of the older kind/);
  expect(problem({ bad: { url: 'no address' } })).toMatch(/^bad/);
  expect(problem({ odd: { cmd: 'x' } })).toBe('odd: neither a program nor an address');
  expect(problem({ 'my server': { command: 'x' } })).toMatch(/^my server: a name is/);
  expect(problem({ agor: { command: 'x' } })).toMatch(/agor's own server/);
});

test('a server is told in a line', () => {
  expect(serverLine({ command: 'npx', args: ['-y', 'x'], env: {} })).toBe('npx -y x');
  expect(serverLine({ url: 'https://x.example', headers: {} })).toBe('https://x.example');
});
