import './state/zod-jitless.ts';
import './app.css';
import { mount } from 'svelte';
import Face from './Face.svelte';
import SignedOut from './shell/SignedOut.svelte';
import { ConnectionStore } from './state/connection.svelte.ts';
import { signIn } from './state/sign-in.ts';

const target = document.getElementById('app') ?? document.body;
if ((await signIn(location, history)) === 'out') mount(SignedOut, { target });
else mount(Face, { target, props: { connection: new ConnectionStore() } });
