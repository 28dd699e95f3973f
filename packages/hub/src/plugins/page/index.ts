import { createHash } from 'node:crypto';
import frame from './frame.js.txt' with { type: 'text' };
import worker from './worker.js.txt' with { type: 'text' };

/** Where the hub serves the page in which a window of agor runs one plugin. */
export const PLUGIN_PAGE_PATH = '/plugin-page';

const hash = createHash('sha256').update(frame).digest('base64');

/**
 * The policy of that page, which its worker inherits. `sandbox` gives it an origin that is nobody's, also when it is opened by itself; nothing
 * may be loaded or connected to; only its own script (by hash) and the worker that it makes of a blob run. No text is evaluated.
 */
const POLICY = [
  "default-src 'none'",
  `script-src 'sha256-${hash}'`,
  'worker-src blob:',
  "connect-src 'none'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-scripts',
].join('; ');

const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>agor plugin</title><script>${frame}</script></html>`;

/** What begins a plugin inside of its worker; the window hands it to the page together with the plugin's program. */
export const pluginWorker: string = worker;

export function pluginPage(): Response {
  return new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'x-dns-prefetch-control': 'off',
      'cache-control': 'no-store',
      'permissions-policy':
        'camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), bluetooth=(), clipboard-read=(), clipboard-write=()',
    },
  });
}
