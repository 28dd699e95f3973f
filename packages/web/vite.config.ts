import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

/** `AGOR_HUB=http://127.0.0.1:9700 npx vite packages/web` serves the face from source against a running hub. */
const hub = process.env.AGOR_HUB;

export default defineConfig({
  root: import.meta.dirname,
  plugins: [tailwindcss(), svelte()],
  // The hub forbids inline script (CSP), and small assets as data: URLs would need an exception as well.
  build: {
    target: 'es2024',
    assetsInlineLimit: 0,
    sourcemap: true,
    modulePreload: { polyfill: false },
    // Large are the diagrams alone, which are loaded when one is shown; the bench holds what the first visit loads.
    chunkSizeWarningLimit: 8_000,
    rolldownOptions: {
      checks: { pluginTimings: false },
      // PlantUML asks for Node's `url` where there is no browser, and does without it where there is.
      onLog: (level, log, tell) => {
        if (!log.message.includes('Module "url" has been externalized')) tell(level, log);
      },
    },
  },
  // Found up front: one found late would reload the page under a running test.
  optimizeDeps: { entries: ['index.html', 'src/**/*.svelte', 'src/testing/*.ts'], exclude: ['@lucide/svelte'] },
  server: {
    strictPort: false,
    // The hub answers to its own Host and Origin only.
    proxy: hub
      ? Object.fromEntries(
          ['/auth', '/blobs', '/rpc', '/pty'].map((path) => [
            path,
            { target: hub, ws: true, changeOrigin: true, headers: { origin: hub } },
          ]),
        )
      : {},
  },
});
