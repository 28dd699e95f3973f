import { expect, test } from 'bun:test';
import { systemClock } from '@agor/runtime';
import { hasKeyring, NEEDS_KEYRING, PrivateKeyring } from '@agor/runtime/testing';
import { Keyring } from './keyring.ts';

const real = test.skipIf(!hasKeyring);
const LIMIT_MS = 60_000;

real(
  `a keyring keeps secrets as they are, tells all of them, and forgets those that are removed ${NEEDS_KEYRING}`,
  async () => {
    await using session = new PrivateKeyring();
    await session.start();
    const keyring = new Keyring({ clock: systemClock, env: session.env });
    expect(await keyring.read()).toEqual({ ok: true, values: {} });
    const nasty = 'a "quoted" välue\nof $(two) lines';
    await keyring.set('mine', nasty);
    await Promise.all([keyring.set('two', 'second'), keyring.set('three', 'third')]);
    await keyring.set('two', 'replaced');
    expect(await keyring.read()).toEqual({ ok: true, values: { mine: nasty, two: 'replaced', three: 'third' } });
    expect(await keyring.remove('two')).toMatchObject({ ok: true });
    expect(await keyring.read()).toEqual({ ok: true, values: { mine: nasty, three: 'third' } });
  },
  LIMIT_MS,
);

real(
  `a locked keyring is told from an empty one; nothing is asked of the person unless they act ${NEEDS_KEYRING}`,
  async () => {
    await using session = new PrivateKeyring();
    await session.start();
    const keyring = new Keyring({ clock: systemClock, env: session.env });
    await keyring.set('mine', 'a value');
    session.lock();
    expect(await keyring.read()).toMatchObject({ ok: false, state: 'locked' });
    // Nobody is there to answer the question, so it stays locked, and says so.
    const words = expect.stringContaining('stayed locked');
    expect(await keyring.read(true)).toMatchObject({ ok: false, state: 'locked', message: words });
    expect(await keyring.set('mine', 'another')).toMatchObject({ ok: false, state: 'locked' });
  },
  LIMIT_MS,
);

real(
  `a keyring that dies is missed, and found again when it is back ${NEEDS_KEYRING}`,
  async () => {
    await using session = new PrivateKeyring();
    await session.start();
    const keyring = new Keyring({ clock: systemClock, env: session.env });
    await keyring.set('mine', 'a value');
    await session.kill();
    expect(await keyring.read()).toMatchObject({ ok: false, state: 'none' });
    await session.start();
    expect(await keyring.read()).toEqual({ ok: true, values: { mine: 'a value' } });
  },
  LIMIT_MS,
);

test(
  'without a session bus there is no keyring, and the words say what to do',
  async () => {
    const env = { PATH: process.env.PATH, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' };
    const answer = await new Keyring({ clock: systemClock, env }).read();
    expect(answer).toMatchObject({ ok: false, message: expect.any(String) });
    if (process.platform === 'linux') expect(answer).toMatchObject({ state: 'none' });
  },
  LIMIT_MS,
);
