import { appendFileSync } from 'node:fs';
import { btmsgOperations, bttaskOperations, TeamAnswer } from '@agor/protocol';
import { Orders, type Told } from './orders.ts';

const Sent = btmsgOperations.send.output;
const Task = bttaskOperations.status.output;
const Shown = bttaskOperations.show.output;
type Task = ReturnType<(typeof Task)['parse']>;
/** Between two tries of a call whose hub is away. In ms. */
const AGAIN_MS = 50;

/**
 * A process with one connection that sends messages and moves tasks, each after the answer to the one before: a task of its own, and one that
 * all clients move, where it is often too late. What was acknowledged it writes down at once, so that it is known also when it is killed.
 */
async function main(): Promise<void> {
  const orders = Orders.parse(JSON.parse(process.env.ORDERS ?? ''));
  const { name, to, groupId, sends, updates, shared, acks } = orders;
  const tell = (told: Told): void => appendFileSync(acks, `${JSON.stringify(told)}\n`);
  const added = await ask(orders, 'bttask.add', { title: `task of ${name}`, groupId });
  if (added.state !== 'done') throw new Error(JSON.stringify(added));
  let own = Task.parse(added.result);
  for (let i = 0; i < Math.max(sends, updates); i++) {
    if (i < sends) {
      const content = `${name}/${i}`;
      const answer = await ask(orders, 'btmsg.send', { to, content });
      if (answer.state === 'done') tell({ did: 'send', content, id: Sent.parse(answer.result).id });
      else tell({ did: 'refused', why: JSON.stringify(answer) });
    }
    if (i >= updates) continue;
    if (i % 2 === 0) own = (await move(orders, own, tell)) ?? own;
    else {
      const shown = await ask(orders, 'bttask.show', { id: shared });
      if (shown.state !== 'done') throw new Error(JSON.stringify(shown));
      await move(orders, Shown.parse(shown.result).task, tell);
    }
  }
}

async function move(orders: Orders, { id, status, version }: Task, tell: (told: Told) => void): Promise<Task | null> {
  const next = status === 'todo' ? 'progress' : 'todo';
  const answer = await ask(orders, 'bttask.status', { id, status: next, version });
  if (answer.state === 'done') {
    tell({ did: 'move', task: id });
    return Task.parse(answer.result);
  }
  const late = answer.state === 'failed' && answer.code === 'conflict';
  tell(late ? { did: 'conflict', task: id } : { did: 'refused', why: JSON.stringify(answer) });
  return null;
}

/** Asks until there is an answer, always under the same id. */
async function ask({ hubFile }: Orders, operation: string, input: unknown): Promise<TeamAnswer> {
  const body = JSON.stringify({ id: crypto.randomUUID(), operation, input });
  while (true) {
    try {
      const { url, token } = (await Bun.file(hubFile).json()) as { url: string; token: string };
      const response = await fetch(`${url}/team`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body,
      });
      return TeamAnswer.parse(await response.json());
    } catch {
      await Bun.sleep(AGAIN_MS); // the hub was killed: it comes back, or whoever started this ends it
    }
  }
}

void main();
