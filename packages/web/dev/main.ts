// The face over an in-process hub with sample data, for looking at. `?empty` shows the first run, `?theme=latte` a theme,
// `?every` agents of every kind.
import '../src/state/zod-jitless.ts';
import '../src/app.css';
import { mount } from 'svelte';
import Face from '../src/Face.svelte';
import { FakeHub } from '../src/testing/fake-hub.ts';
import { sampleHub, sampleProviders } from '../src/testing/sample-data.ts';
import { tellMuch, withEverything } from '../src/testing/sample-everything.ts';

/** When the sample sessions began. */
const MINUTES_AGO = 4;

const query = new URLSearchParams(location.search);
const hub = query.has('empty') ? new FakeHub() : sampleHub(Date.now() - MINUTES_AGO * 60_000);
if (query.has('empty')) hub.providers = sampleProviders();
if (query.has('every')) {
  withEverything(hub);
  for (const { state } of hub.sessions.values()) tellMuch(hub, state.id);
}
hub.settings = { theme: query.get('theme') ?? 'mocha' };
mount(Face, {
  target: document.getElementById('app') ?? document.body,
  props: { connection: { client: hub.client(), state: 'connected', since: null } },
});
