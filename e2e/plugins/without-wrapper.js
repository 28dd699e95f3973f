// In the place of what agor begins a worker with: nothing is taken away here, so only the policy of the page is between this and the network.
const out = 'https://agor-out.test';
const __agorBegin = () => {
  self.onmessage = async ({ ports: [port] }) => {
    const got = {};
    const attempt = async (name, work) => {
      try {
        const value = await Promise.race([work(), new Promise((done) => setTimeout(() => done('nothing'), 2000))]);
        got[name] = `got ${String(value).slice(0, 100)}`;
      } catch (error) {
        got[name] = `refused ${error.name}`;
      }
    };
    const opened = (thing, good) =>
      new Promise((done, failed) => {
        thing[good] = () => done('open');
        thing.onerror = () => failed(new Error('error'));
      });
    await attempt('fetch', () => fetch(`${out}/fetch`, { mode: 'no-cors' }));
    await attempt('fetchOwn', () => fetch(`${location.origin}/health`));
    await attempt('fetchData', () => fetch('data:text/plain,x'));
    await attempt('fetchBlob', () => fetch(URL.createObjectURL(new Blob(['x']))));
    await attempt('xhr', () => {
      const xhr = new XMLHttpRequest();
      xhr.open('GET', `${out}/xhr`);
      xhr.send();
      return opened(xhr, 'onload');
    });
    await attempt('webSocket', () => opened(new WebSocket('wss://agor-out.test/ws'), 'onopen'));
    await attempt('eventSource', () => opened(new EventSource(`${out}/events`), 'onopen'));
    await attempt('webTransport', () => new WebTransport(out.replace('http:', 'https:')).ready);
    await attempt('importScripts', () => importScripts(`${out}/script.js`));
    await attempt('importScriptsBlob', () => importScripts(URL.createObjectURL(new Blob(['self.x = 1']))));
    await attempt('import', () => import(`${out}/module.js`));
    await attempt('eval', () => globalThis[['ev', 'al'].join('')]('1'));
    await attempt('rtc', () => new RTCPeerConnection());
    await attempt('indexedDB', () => opened(indexedDB.open('x'), 'onsuccess'));
    await attempt('caches', () => caches.open('x'));
    await attempt('opfs', () => navigator.storage.getDirectory());
    await attempt('wasm', () => WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])));
    await attempt('font', () => new FontFace('x', `url(${out}/font.woff2)`).load());
    const nested = `onmessage = async () => { try { await fetch('${out}/nested', { mode: 'no-cors' }); postMessage('got'); } catch (e) { postMessage('refused ' + e.name); } }`;
    await attempt('nested', () => {
      const worker = new Worker(URL.createObjectURL(new Blob([nested])));
      worker.postMessage(1);
      return new Promise((done, failed) => {
        worker.onmessage = ({ data }) => (data === 'got' ? done('got') : failed(new Error(data)));
        worker.onerror = () => failed(new Error('error'));
      });
    });
    port.postMessage(JSON.stringify(got));
  };
};
