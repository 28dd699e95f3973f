import './state/zod-jitless.ts';
import './app.css';
import { mount } from 'svelte';
import Face from './Face.svelte';
import { ConnectionStore } from './state/connection.svelte.ts';
import { signIn, signInByNewLinks } from './state/sign-in.ts';

signInByNewLinks();
await signIn(location, history);
mount(Face, { target: document.getElementById('app') ?? document.body, props: { connection: new ConnectionStore() } });
