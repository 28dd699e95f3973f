/** The face runs its own scripts and talks to its own hub, and nothing else. Terminal and editor write inline styles. */
export function faceHeaders(host: string): Record<string, string> {
  return {
    ...baseHeaders(),
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data: blob:",
      "font-src 'self'",
      "manifest-src 'self'",
      "worker-src 'self'",
      // Older Safari does not take 'self' for ws:.
      `connect-src 'self' ws://${host}`,
      // Only the page that plugins run in, which has no origin and no network.
      `frame-src http://${host}/plugin-page`,
      "form-action 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  };
}

/**
 * For a worker that draws what agents and repositories wrote: it may run the WebAssembly that it brings, and fetch, load and reach nothing. A worker
 * has the policy of its own file, not the page's.
 */
export function workerHeaders(): Record<string, string> {
  return { ...baseHeaders(), 'content-security-policy': "default-src 'none'; script-src 'wasm-unsafe-eval'" };
}

/** For whatever is no page of ours: it may load, run and embed nothing. */
export function dataHeaders(): Record<string, string> {
  return {
    ...baseHeaders(),
    'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
  };
}

function baseHeaders(): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  };
}
