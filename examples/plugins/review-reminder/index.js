// Review reminder: how many tasks wait for a review, and a notification for each that waits too long.

const MINUTE_MS = 60_000;
let waiting = [];

function blocks() {
  if (waiting.length === 0) return [{ kind: 'text', text: 'No task waits for a review.', tone: 'muted' }];
  return [
    {
      kind: 'list',
      items: waiting.slice(0, 100).map(({ title, updatedAt }) => ({
        text: title.slice(0, 300),
        detail: `for ${Math.max(0, Math.round((Date.now() - updatedAt) / MINUTE_MS))} minutes`,
        tone: isLate(updatedAt) ? 'warning' : 'plain',
      })),
    },
  ];
}

function isLate(since) {
  return Date.now() - since >= agor.settings.get('minutes') * MINUTE_MS;
}

async function look() {
  waiting = (await agor.tasks.list()).filter(({ status }) => status === 'review');
  const late = waiting.filter(({ updatedAt }) => isLate(updatedAt));
  if (waiting.length === 0) agor.ui.statusItem(null);
  else
    agor.ui.statusItem(
      {
        text: `${waiting.length} in review`,
        tooltip: late.length > 0 ? `${late.length} wait too long` : 'Tasks that wait for a review',
        tone: late.length > 0 ? 'warning' : 'plain',
      },
      () => agor.ui.openPanel(),
    );
  agor.ui.panel({ title: 'Waiting for review', blocks: blocks() });
  // The key is told once, in whichever window it is first: a task that comes back to review is another version.
  for (const { id, version, title } of late)
    await agor.notifications.send('a task waits for its review', {
      body: title.slice(0, 300),
      level: 'warning',
      key: `${id}:${version}`,
    });
}

const again = () => look().catch((error) => console.error(error));
agor.palette.registerCommand('Review reminder: show what waits', () => agor.ui.openPanel());
agor.events.on('task.changed', again);
agor.settings.onChange(again);
setInterval(again, MINUTE_MS);
await look();
