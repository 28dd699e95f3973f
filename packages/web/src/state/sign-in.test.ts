import { afterEach, expect, test, vi } from 'vitest';
import { signIn, whetherSignedIn } from './sign-in.ts';

afterEach(() => vi.unstubAllGlobals());

function hubAnswers(status: number) {
  const asked = vi.fn(async (_path: string, _init?: RequestInit) => new Response(null, { status }));
  vi.stubGlobal('fetch', asked);
  return asked;
}
const opened = (hash: string) => ({ hash, pathname: '/', search: '' }) as Location;

test('the token of the link goes to the hub, and out of the address and the history', async () => {
  const asked = hubAnswers(204);
  const history = { replaceState: vi.fn() };
  await signIn(opened('#token=s3cret'), history as unknown as History);
  expect(history.replaceState).toHaveBeenCalledWith(null, '', '/');
  const [path, init] = asked.mock.calls[0] ?? [];
  expect(path).toBe('/auth');
  expect(init).toMatchObject({ method: 'POST', body: '{"token":"s3cret"}' });
});

test('without a token nothing is asked', async () => {
  const asked = hubAnswers(204);
  await signIn(opened(''), history);
  expect(asked).not.toHaveBeenCalled();
});

test('a refused browser is told from a hub that does not answer', async () => {
  hubAnswers(401);
  expect(await whetherSignedIn()).toBe('out');
  hubAnswers(204);
  expect(await whetherSignedIn()).toBe('in');
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('network')));
  expect(await whetherSignedIn()).toBe('unknown');
});
