/** Small plugins, each harmful in one way; what each asks for stands beside it. */
export const bad: Readonly<Record<string, { readonly permissions: readonly string[]; readonly code: string }>> = {
  'loop-at-load': { permissions: [], code: 'for (;;) {}' },
  'loop-in-callback': {
    permissions: ['palette'],
    code: 'agor.palette.registerCommand("Never come back", () => { for (;;) {} });',
  },
  flood: {
    permissions: ['ui'],
    code: 'for (let n = 0; n < 1e6; n++) agor.ui.statusItem({ text: "flood " + n });',
  },
  'log-flood': { permissions: [], code: 'setInterval(() => { for (let n = 0; n < 5000; n++) console.log(n); }, 0);' },
  huge: {
    permissions: ['ui'],
    code: 'agor.ui.panel({ title: "x", blocks: [{ kind: "text", text: "x".repeat(50_000_000) }] });',
  },
  markup: {
    permissions: ['ui'],
    code: `agor.ui.panel({ title: '<img src=x onerror="window.harmed=1">', blocks: [
      { kind: 'text', text: '<script>window.harmed=1</script>' },
      { kind: 'markdown', text: '<img src=x onerror="window.harmed=1"> <a href="javascript:window.harmed=1">x</a> <iframe src="https://agor-out.test"></iframe>' },
    ] });`,
  },
  // Takes the port from under the wrapper, by the prototype that it is sent with.
  raw: {
    permissions: [],
    code: `const sent = [];
      MessagePort.prototype.postMessage = function (...args) { sent.push(this); };
      const { port1 } = new MessageChannel();
      globalThis.harmless = port1;`,
  },
  // Leaves the function that it is put into: what runs there has the same worker and nothing more.
  'broken-out': { permissions: [], code: '});\nself.postMessage?.("out"); self.outside = true;\n(async () => {' },
  syntax: { permissions: [], code: 'this is no program' },
  throws: { permissions: [], code: 'throw new Error("not today");' },
  memory: { permissions: [], code: 'const kept = []; for (;;) kept.push(new Uint8Array(64 * 1024 * 1024).fill(1));' },
};
