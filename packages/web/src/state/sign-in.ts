export type SignIn = 'in' | 'out' | 'unknown';

/**
 * Trades the token of the opened link (`#token=…`) for the cookie and takes it out of the address and the history.
 * `unknown`: the hub did not answer.
 */
export async function signIn(location: Location, history: History): Promise<SignIn> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!token) return whetherSignedIn();
  history.replaceState(null, '', location.pathname + location.search);
  const traded = await ask('POST', JSON.stringify({ token }));
  // A used-up link in a window that has the cookie already is no reason to shut the person out.
  return traded === 'out' ? whetherSignedIn() : traded;
}

/** Whether the hub knows this browser's cookie. */
export function whetherSignedIn(): Promise<SignIn> {
  return ask('GET');
}

async function ask(method: 'GET' | 'POST', body?: string): Promise<SignIn> {
  try {
    const headers = body ? { 'content-type': 'application/json' } : undefined;
    const answer = await fetch('/auth', { method, body, headers, signal: AbortSignal.timeout(5000) });
    if (answer.status === 401 || answer.status === 403) return 'out';
    return answer.ok ? 'in' : 'unknown';
  } catch {
    // No answer is no verdict: the connection store goes on trying and says so.
    return 'unknown';
  }
}
