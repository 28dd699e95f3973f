import { expect, test } from 'bun:test';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BlobMarker } from '@agor/protocol';
import { blobPath } from '@agor/runtime';
import { queryOf, withMachine } from '../testing/index.ts';

test('bad lines are told, with their beginning, and cost neither the session nor a neighbouring line', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    await hub.commands(
      queryOf(
        's1',
        [
          'raw {not json',
          'raw {"type":"dance","sessionId":"s1"}',
          'raw {"type":"turn_ended","sessionId":"s1","turnId":7}',
          'raw {"type":"agent_event","sessionId":"of another","event":{}}',
          'hex ff0a',
          `raw {"type":"agent_event","sessionId":"s1","event":${'['.repeat(60_000)}${']'.repeat(60_000)}}`,
          'say still here',
        ].join('\n'),
      ),
    );
    await hub.turnEnded('s1');
    const bad = hub.eventsOf('s1').flatMap((event) => (event.kind === 'badLine' ? event : []));
    expect(bad.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('not JSON'),
      'unknown kind of message',
      expect.stringContaining('turnId'),
      'it speaks of another session than its own',
      expect.stringContaining('not JSON'),
      'nested deeper than 500 levels',
    ]);
    expect(bad[1]?.head).toBe('{"type":"dance","sessionId":"s1"}');
    expect(hub.agentEvents('s1')).toEqual([{ text: 'still here' }]);
  });
});

test('a flood of bad lines is bounded', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    await hub.commands(queryOf('s1', [...Array.from({ length: 300 }, () => 'raw nonsense'), 'say done'].join('\n')));
    await hub.turnEnded('s1');
    expect(hub.eventsOf('s1').filter(({ kind }) => kind === 'badLine')).toHaveLength(100);
    expect(hub.agentEvents('s1')).toEqual([{ text: 'done' }]);
  });
});

test('a line of 50 MB is refused by its size and the next one is read', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    await hub.commands(queryOf('s1', `longline ${50 * 1024 * 1024}\nsay after`));
    await hub.turnEnded('s1');
    expect(await hub.event('s1', 'badLine')).toMatchObject({ bytes: 50 * 1024 * 1024, head: 'y'.repeat(4096) });
    expect(hub.agentEvents('s1')).toEqual([{ text: 'after' }]);
  });
});

test('characters that are cut in the middle by the pipe arrive whole', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    await hub.commands(queryOf('s1', 'pieces Grüße 🎻 あ'));
    await hub.turnEnded('s1');
    expect(hub.agentEvents('s1')).toEqual([{ text: 'Grüße 🎻 あ' }]);
  });
});

test('a long output leaves the journal for a blob that is there before its event', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    await hub.commands(queryOf('s1', 'say before\nbig 300000\nsay after'));
    await hub.turnEnded('s1');
    const [before, big, after] = hub.agentEvents('s1');
    expect([before, after]).toEqual([{ text: 'before' }, { text: 'after' }]);
    const { $blob } = BlobMarker.parse(big?.text);
    expect($blob.size).toBe(300_000);
    expect(readFileSync(blobPath(machine.paths.blobsDir, $blob.blob), 'utf8')).toBe('x'.repeat(300_000));
  });
});

test('while a blob cannot be written its agent waits, and nothing is lost when it can be again', async () => {
  await withMachine(async (machine) => {
    using hub = await machine.connect();
    const id = new Bun.CryptoHasher('sha256').update('x'.repeat(300_000)).digest('hex');
    const inTheWay = join(machine.paths.blobsDir, id.slice(0, 2));
    writeFileSync(inTheWay, 'a file where a folder is wanted');
    await hub.commands(queryOf('s1', 'big 300000\nsay after'));
    expect((await hub.event('s1', 'paused')).reason).toContain('blob');
    expect(hub.agentEvents('s1')).toEqual([]);
    rmSync(inTheWay);
    await hub.turnEnded('s1');
    expect(
      hub
        .eventsOf('s1')
        .map((event) => (event.kind === 'runner' ? event.line.type : event.kind))
        .slice(-5),
    ).toEqual(['paused', 'resumed', 'agent_event', 'agent_event', 'turn_ended']);
  });
});
