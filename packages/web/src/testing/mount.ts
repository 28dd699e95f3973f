import { render } from 'vitest-browser-svelte';
import Face from '../Face.svelte';
import type { Connection } from '../state/app.svelte.ts';
import type { FakeHub } from './fake-hub.ts';
import '../app.css';

/** The whole face over a fake hub, as if opened for the first time in this browser. */
export function openFace(hub: FakeHub, connection: Connection = connected(hub)) {
  localStorage.clear();
  document.body.style.margin = '0';
  return render(Face, { connection });
}

function connected(hub: FakeHub): Connection {
  return { client: hub.client(), state: 'connected', since: null };
}
