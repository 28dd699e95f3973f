import { type Bare, type BarePlace, lines } from './bare.ts';

const MODEL = 'gpt-5.5';

/** Codex by its app server: its command line streams no words. Its configuration stands in CODEX_HOME. */
export function bareCodex(place: BarePlace, prompt: string): Bare {
  return { cold: () => timed(place, prompt, true), warm: () => timed(place, prompt, false) };
}

async function timed({ program, cwd, env }: BarePlace, prompt: string, withStart: boolean): Promise<number> {
  let began = performance.now();
  const child = Bun.spawn([program, 'app-server'], { cwd, env, stdin: 'pipe', stdout: 'pipe', stderr: 'ignore' });
  const say = (message: unknown) => {
    child.stdin.write(`${JSON.stringify(message)}\n`);
    child.stdin.flush();
  };
  const clientInfo = { name: 'agor-bench', title: 'agor bench', version: '1' };
  say({ id: 1, method: 'initialize', params: { clientInfo } });
  const ms = await lines(child.stdout, (line) => {
    const said = JSON.parse(line) as {
      id?: number;
      method?: string;
      error?: unknown;
      result?: { thread?: { id: string } };
    };
    if (said.error !== undefined) throw new Error(`codex: ${line}`);
    if (said.id === 1) {
      say({ method: 'initialized' });
      say({
        id: 2,
        method: 'thread/start',
        params: { cwd, model: MODEL, approvalPolicy: 'never', sandbox: 'read-only' },
      });
    }
    if (said.id === 2) {
      if (!withStart) began = performance.now();
      const input = [{ type: 'text', text: prompt, text_elements: [] }];
      say({ id: 3, method: 'turn/start', params: { threadId: said.result?.thread?.id, input } });
    }
    return said.method === 'item/agentMessage/delta' ? performance.now() - began : null;
  });
  child.kill();
  await child.exited;
  return ms;
}
