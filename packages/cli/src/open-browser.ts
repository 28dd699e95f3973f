/** Opens the address with the desktop's own opener. False when there is no desktop to open it on. */
export function openInBrowser(url: string): boolean {
  const opener = openerOf();
  if (!opener || process.env.CI) return false;
  try {
    Bun.spawn([opener, url], { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore', detached: true }).unref();
    return true;
  } catch {
    return false; // the opener is there but will not start: the printed address does
  }
}

function openerOf(): string | null {
  if (process.platform === 'darwin') return Bun.which('open');
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return null;
  return Bun.which('xdg-open');
}
