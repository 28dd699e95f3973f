import { btmsgOperations, bttaskOperations, TeamAnswer } from '@agor/protocol';

/** What `team.ts` tells a client process in its environment. */
interface Orders {
  readonly url: string;
  readonly token: string;
  readonly n: number;
  readonly to: string;
  readonly groupId: string;
  readonly sends: number;
  readonly updates: number;
}

const Sent = btmsgOperations.send.output;
const Task = bttaskOperations.status.output;

/** A process that sends messages and moves one task to and fro over one connection, each after the answer to the one before. */
async function main(): Promise<void> {
  const orders = JSON.parse(process.env.ORDERS ?? '') as Orders;
  const { n, to, groupId, sends, updates } = orders;
  const sent: string[] = [];
  let wrong = 0;
  let task = Task.parse(await ask(orders, 'bttask.add', { title: `task ${n}`, groupId }));
  const every = Math.round(sends / updates);
  for (let i = 0; i < sends; i++) {
    const answer = Sent.safeParse(await ask(orders, 'btmsg.send', { to, content: `${n}/${i}` }));
    if (answer.success) sent.push(answer.data.id);
    else wrong++;
    if (i % every !== 0 || i / every >= updates) continue;
    const status = (i / every) % 2 === 0 ? 'progress' : 'todo';
    const moved = Task.safeParse(await ask(orders, 'bttask.status', { id: task.id, status, version: task.version }));
    if (moved.success) task = moved.data;
    else wrong++;
  }
  process.stdout.write(JSON.stringify({ sent, wrong }));
}

async function ask({ url, token }: Orders, operation: string, input: unknown): Promise<unknown> {
  const response = await fetch(`${url}/team`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ id: crypto.randomUUID(), operation, input }),
  });
  const answer = TeamAnswer.parse(await response.json());
  return answer.state === 'done' ? answer.result : null;
}

void main();
