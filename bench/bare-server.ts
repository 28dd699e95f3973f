/** The least that can answer: what `agor serve` is compared with. */
const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response('ok') });
process.stdout.write(`${server.url}\n`);
