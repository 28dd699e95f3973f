export type SignIn = 'in' | 'out' | 'unknown';

/**
 * Trades the token of the opened link (`#token=…`) for the cookie and takes it out of the address and the history. Whether
 * the browser is signed in then shows when it connects: a used-up link in a window that has the cookie already is no harm.
 */
export async function signIn(location: Location, history: History): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!token) return;
  history.replaceState(null, '', location.pathname + location.search);
  await ask('/auth', JSON.stringify({ token }));
}

/** Whether the hub knows this browser's cookie: a plain GET of the socket's address is answered only to who may ask. */
export function whetherSignedIn(): Promise<SignIn> {
  return ask('/rpc');
}

/** A link with a token that is opened in a tab of agor only changes the hash: sign in with it and begin anew. */
export function signInByNewLinks(): void {
  addEventListener('hashchange', () => {
    if (location.hash.startsWith('#token=')) void signIn(location, history).then(() => location.reload());
  });
}

async function ask(path: string, body?: string): Promise<SignIn> {
  try {
    const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
    const answer = await fetch(path, { ...(body ? post : {}), signal: AbortSignal.timeout(5000) });
    if (answer.status === 401 || answer.status === 403) return 'out';
    return answer.ok ? 'in' : 'unknown';
  } catch {
    // No answer is no verdict: the connection store goes on trying and says so.
    return 'unknown';
  }
}
