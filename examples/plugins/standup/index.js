// Standup: a panel with what happened since yesterday, a command that opens it, and an item in the status bar.

const HOUR_MS = 3_600_000;
const REFRESH_MS = 1_500;
const WORDS = { done: 'done', review: 'in review', progress: 'in progress', todo: 'to do', blocked: 'blocked' };
let timer = null;

/** Sessions by project, the busiest first. */
function byProject(sessions) {
  const projects = new Map();
  for (const session of sessions) {
    const name = session.project || 'no project';
    const known = projects.get(name) ?? { name, sessions: [], turns: 0, costUsd: 0 };
    known.sessions.push(session);
    known.turns += session.turns;
    known.costUsd += session.costUsd;
    projects.set(name, known);
  }
  return [...projects.values()].sort((a, b) => b.turns - a.turns);
}

function blocksFor(sessions, tasks, hours) {
  const waiting = sessions.filter(({ status }) => status === 'waiting' || status === 'failed');
  const moved = tasks.filter(({ updatedAt }) => updatedAt >= Date.now() - hours * HOUR_MS);
  const blocks = [
    {
      kind: 'keyValue',
      pairs: [
        ['Sessions', String(sessions.length)],
        ['Tasks that moved', String(moved.length)],
        ['Waiting for you', String(waiting.length)],
      ],
    },
  ];
  if (waiting.length > 0)
    blocks.push(
      { kind: 'heading', text: 'Waiting for you' },
      {
        kind: 'list',
        items: waiting.slice(0, 50).map((one) => ({
          text: (one.title || 'untitled').slice(0, 200),
          detail: `${one.project}: ${one.status}`,
          tone: one.status === 'failed' ? 'bad' : 'warning',
        })),
      },
    );
  for (const project of byProject(sessions).slice(0, 20))
    blocks.push(
      { kind: 'heading', text: project.name.slice(0, 200) },
      { kind: 'text', text: `${project.turns} turns, $${project.costUsd.toFixed(2)} at list price`, tone: 'muted' },
      {
        kind: 'list',
        items: project.sessions.slice(0, 20).map(({ title, status, provider }) => ({
          text: (title || 'untitled').slice(0, 200),
          detail: `${provider}, ${status}`,
        })),
      },
    );
  if (moved.length > 0)
    blocks.push(
      { kind: 'heading', text: 'Tasks' },
      {
        kind: 'table',
        columns: ['Task', 'Now'],
        rows: moved.slice(0, 100).map(({ title, status }) => [title.slice(0, 300), WORDS[status] ?? status]),
      },
    );
  if (sessions.length === 0 && moved.length === 0)
    blocks.push({ kind: 'text', text: 'Nothing happened in this time.', tone: 'muted' });
  blocks.push({ kind: 'button', id: 'refresh', label: 'Look again' });
  return blocks;
}

async function show() {
  const hours = agor.settings.get('hours');
  const since = Date.now() - hours * HOUR_MS;
  const [sessions, tasks] = await Promise.all([agor.sessions.list({ since }), agor.tasks.list({ all: true })]);
  agor.ui.panel({ title: `The last ${hours} hours`, blocks: blocksFor(sessions, tasks, hours) }, () => show());
  agor.ui.statusItem({ text: `${sessions.length} since yesterday`, tooltip: 'Open the standup' }, () =>
    agor.ui.openPanel(),
  );
}

/** Many things happen at once: look once, a little later. */
function soon() {
  if (timer !== null) return;
  timer = setTimeout(() => {
    timer = null;
    show().catch((error) => console.error(error));
  }, REFRESH_MS);
}

agor.palette.registerCommand(
  'Standup: what happened since yesterday',
  async () => {
    await show();
    agor.ui.openPanel();
  },
  { keywords: 'summary report daily' },
);
agor.events.on('turn.ended', soon);
agor.events.on('session.status', soon);
agor.events.on('task.changed', soon);
agor.settings.onChange(soon);
await show();
