import type { ProviderStatus } from '@agor/protocol';

export interface ProviderLine {
  /** Found, version, signed in or what to do: one line. */
  text: string;
  color: 'green' | 'yellow' | 'red' | 'overlay0';
  /** The label of the button that leads on; null when nothing is left to do. */
  next: 'Install' | 'Look' | null;
}

/** A provider's state in one line for the person. */
export function providerLine({ install, signIn, enabled }: ProviderStatus): ProviderLine {
  if (!enabled) return { text: 'Switched off', color: 'overlay0', next: null };
  if (install.state === 'notInstalled') {
    const size = install.sizeMb ? ` (${Math.round(install.sizeMb)} MB)` : '';
    const text = install.installable
      ? `Not installed. agor can bring version ${install.installable}${size}.`
      : `Not installed. ${install.hint}`;
    return { text, color: 'overlay0', next: install.installable ? 'Install' : null };
  }
  if (install.state === 'broken') return { text: `Does not run: ${install.message}`, color: 'red', next: 'Look' };
  const found =
    install.state === 'builtIn' ? 'Built in' : `Version ${install.version ?? 'unknown'}${origin(install.origin)}`;
  switch (signIn.state) {
    case 'signedOut':
      return { text: `${found} · not signed in. ${signIn.hint}`, color: 'yellow', next: 'Look' };
    case 'signedIn':
      return { text: `${found} · signed in (${signIn.how})`, color: 'green', next: null };
    case 'unknown':
      return { text: `${found} · whether it is signed in shows with the first prompt`, color: 'green', next: null };
    case 'notNeeded':
      return { text: `${found} · needs no account`, color: 'green', next: null };
  }
}

function origin(of: 'configured' | 'path' | 'installed'): string {
  return { configured: ' from your settings', path: ' on your PATH', installed: ' installed by agor' }[of];
}
