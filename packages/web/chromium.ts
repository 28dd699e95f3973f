import type { LaunchOptions } from 'playwright-core';

/**
 * How our tests start Debian's Chromium. The one place where its own sandbox is off: for root, where it refuses to start
 * otherwise. The other flags keep it from calling home.
 */
export function chromiumLaunch(): LaunchOptions {
  return {
    executablePath: process.env.AGOR_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  };
}
