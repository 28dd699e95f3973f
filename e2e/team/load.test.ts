import { expect, test } from 'bun:test';
import { command, runLoad } from '../load/index.ts';
import { TeamWorld } from './team-world.ts';

/** The full size (10 000 sends, 2 000 updates, 200 commands) is `npm run bench -- team`. */
const SIZE = { clients: 20, sends: 2_000, updates: 400, commands: 40 };
const LIMIT_MS = 300_000;

test(
  'twenty clients and the commands between them lose nothing and double nothing, and who is too late is told',
  async () => {
    await using world = new TeamWorld({ name: 'team-load' }, [{ id: 'web', name: 'Web' }]);
    await world.serve();
    // Its messages wait: what an agent does with them is not the matter here.
    await world.agor('config', 'set', 'providers.demo', '{"enabled":false}');
    const { told, wrong } = await runLoad(world, SIZE, { to: 'web', groupId: 'crew' });
    expect(wrong).toEqual([]);
    const did = Map.groupBy(told, (one) => one.did);
    expect(did.get('send')).toHaveLength(SIZE.sends + SIZE.commands);
    expect((did.get('move')?.length ?? 0) + (did.get('conflict')?.length ?? 0)).toBe(SIZE.updates);
    expect(did.get('conflict')?.length).toBeGreaterThan(0);
    expect(await command<{ unread: number }[]>(world, 'btmsg', 'status')).toContainEqual(
      expect.objectContaining({ id: 'web', unread: SIZE.sends + SIZE.commands }),
    );
  },
  LIMIT_MS,
);
