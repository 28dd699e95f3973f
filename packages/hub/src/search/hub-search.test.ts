import { expect, setDefaultTimeout, test } from 'bun:test';
import { openDatabase } from '@agor/runtime';
import { startTestHub } from '../testing/test-hub.ts';

setDefaultTimeout(60_000); // for a loaded computer

test('a client of the hub finds what stands in a log, and the search program ends with the hub', async () => {
  const hub = await startTestHub();
  const { client, paths } = hub;
  const log = openDatabase(paths.sessionsDb, { synchronous: 'NORMAL' });
  log.run(
    `INSERT INTO sessions (id, epoch, project_id, created_at, last_activity_at, open, snapshot_seq, state)
     VALUES ('s1', 'e', NULL, 1, 1, 0, 0, '{"title":"Heron","provider":"demo"}')`,
  );
  const message = { id: 'm1', type: 'text', content: { text: 'The heron stands in the water' }, timestamp: 1 };
  log
    .prepare("INSERT INTO session_events (session_id, seq, at, kind, payload) VALUES ('s1', 1, 5, 'message', ?)")
    .run(JSON.stringify({ kind: 'message', message }));
  log.close();
  let found = await client.search.query({ text: 'heron' });
  while (found.hits.length === 0) found = await client.search.query({ text: 'heron' });
  expect(found).toMatchObject({
    total: 1,
    more: false,
    hits: [{ kind: 'message', sessionId: 's1', seq: 1, role: 'agent' }],
  });
  expect(await client.search.query({ text: 'heron AND', expression: true })).toMatchObject({
    hits: [],
    problem: expect.stringContaining('not complete'),
  });
  await client.search.rebuild({});
  let status = await client.search.status({});
  while (status.index !== 'current') status = await client.search.status({});
  expect(status).toMatchObject({ documents: 1, sessions: 1, sessionsDone: 1 });
  await hub[Symbol.asyncDispose]();
  expect(programsOf(paths.dataDir)).toEqual([]);
});

/** Search programs that still hold this data folder's index. */
function programsOf(dataDir: string): string[] {
  const { stdout } = Bun.spawnSync([
    'sh',
    '-c',
    `ls -l /proc/[0-9]*/fd 2>/dev/null | grep -F '${dataDir}/search.db' || true`,
  ]);
  return stdout.toString().split('\n').filter(Boolean);
}
