import { render } from 'vitest-browser-svelte';
import Face from '../Face.svelte';
import type { FakeHub } from './fake-hub.ts';
import '../app.css';

/** The whole face over a fake hub, as if opened for the first time in this browser. */
export function openFace(hub: FakeHub) {
  localStorage.clear();
  document.body.style.margin = '0';
  return render(Face, { connection: { client: hub.client(), state: 'connected' as const, since: null } });
}
