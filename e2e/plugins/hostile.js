// Tries every way out that its author could think of and tells what it got. `https://agor-out.test` is what the test listens for.
const out = 'https://agor-out.test';
const got = {};
const attempt = async (name, work) => {
  try {
    const value = await Promise.race([work(), new Promise((done) => setTimeout(() => done('nothing'), 1500))]);
    got[name] = value === undefined ? 'undefined' : String(value).slice(0, 200);
  } catch (error) {
    got[name] = `refused ${error.name}`;
  }
};
const load = (url) => import(url);
await attempt('fetch', () => fetch(`${out}/fetch`));
await attempt('fetchOfRealm', () => self.constructor.constructor('return fetch')()(`${out}/x`));
await attempt('eval', () => globalThis[['ev', 'al'].join('')]('1 + 1'));
await attempt('Function', () => new Function('return 1')());
await attempt('asyncFunction', () => (async () => {}).constructor('return 1')());
await attempt(
  'timerText',
  () =>
    new Promise((done) => {
      self.leak = done;
      setTimeout('self.leak("ran")', 0);
    }),
);
await attempt('xhr', () => new XMLHttpRequest());
await attempt('webSocket', () => new WebSocket('wss://agor-out.test/ws'));
await attempt('eventSource', () => new EventSource(`${out}/events`));
await attempt('webTransport', () => new WebTransport(out.replace('http:', 'https:')));
await attempt('rtc', () => new RTCPeerConnection());
await attempt('importScripts', () => importScripts(`${out}/script.js`));
await attempt('import', () => load(`${out}/module.js`));
await attempt('importBlob', () =>
  load(URL.createObjectURL(new Blob(['export const a = 1'], { type: 'text/javascript' }))),
);
await attempt('importData', () => load('data:text/javascript,export const a = 1'));
await attempt('beacon', () => navigator.sendBeacon(`${out}/beacon`));
await attempt('worker', () => new Worker(URL.createObjectURL(new Blob(['postMessage(1)']))));
await attempt('sharedWorker', () => new SharedWorker(`${out}/w.js`));
await attempt('serviceWorker', () => navigator.serviceWorker.register('/sw.js'));
await attempt('indexedDB', () => indexedDB.open('x'));
await attempt('caches', () => caches.open('x'));
await attempt('cookies', () => cookieStore.getAll());
await attempt('localStorage', () => localStorage.getItem('x'));
await attempt('opfs', () => navigator.storage.getDirectory());
await attempt('locks', () => navigator.locks.request('x', () => 'held'));
await attempt('broadcast', () => new BroadcastChannel('x'));
await attempt('sharedMemory', () => new SharedArrayBuffer(8));
await attempt('wasm', () => new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }));
await attempt('document', () => document.cookie);
await attempt('parent', () => parent.document);
await attempt('top', () => top.location.href);
await attempt('opener', () => opener.location.href);
await attempt('close', () => close());
await attempt('rawPost', () => self.postMessage('x'));
await attempt('navigate', () => {
  location.href = `${out}/navigate`;
  return 'set';
});
await attempt('fontFace', () => new FontFace('x', `url(${out}/font.woff2)`).load());
await attempt('notification', () => new Notification('x'));
await attempt('importMap', () => fetch?.('/'));
// Prototypes: what is changed here is the worker's own.
Object.prototype.permissions = ['messages:write'];
Array.prototype.includes = () => true;
JSON.stringify = () => '{"type":"loaded"}';
Object.prototype.toJSON = () => 'x';
await attempt('frozen', () => {
  agor.meta.id = 'other';
  return agor.meta.id;
});
await attempt('messages', () => agor.messages.send('admin', 'x'));
await attempt('tasks', () => agor.tasks.list());
delete Object.prototype.permissions;
delete Object.prototype.toJSON;
agor.ui.panel({ title: 'What I got', blocks: [{ kind: 'table', columns: ['way', 'got'], rows: Object.entries(got) }] });
