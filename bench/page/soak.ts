import { World } from '@agor/e2e/world';
import { CommandId, newId, PtyId } from '@agor/protocol';
import { atMost, type Row, type Sample, slope } from '../row.ts';
import { addProject, prompt, talk } from './talk.ts';
import { Window } from './window.ts';

const TERMINALS = 12;
const SESSIONS = 8;
const PER_SECOND = 5;
/** A page that is open keeps so many messages of a session, and lets the oldest go when it has twice as many: full windows are what can be flat. */
const KEPT = 2_000;
const WARM_UP_MS = 60_000;
const LOOK_MS = 5_000;

/** One window with twelve terminals that print and eight agents that talk, `minutes` long: does what the page holds grow? */
export async function run(minutes: number): Promise<Row[]> {
  await using world = new World({ name: 'bench-soak' });
  await world.serve();
  using connection = await world.connect();
  const messages = Math.ceil((minutes * 60 + WARM_UP_MS / 1000 + 120) * PER_SECOND);
  const projects = [];
  for (let n = 0; n < SESSIONS; n++) {
    const project = await addProject(connection, world.folder(`work-${n}`), `work ${n}`);
    projects.push(project);
    for (let each = 0; each < Math.ceil((TERMINALS - n) / SESSIONS); each++) {
      const size = { cols: 100, rows: 12 };
      await connection.client.pty.spawn({ commandId: newId(CommandId), id: newId(PtyId), projectId: project, size });
    }
  }
  await using window = await Window.open(world);
  for (const [n, project] of projects.entries()) {
    // Not all windows let go at once.
    const filled = Math.round(KEPT * (1 + n / SESSIONS));
    const session = await talk(connection, project, `burst n=${filled} size=200 rate=2000`);
    await prompt(connection, project, `burst n=${messages} rate=${PER_SECOND} size=200`, session);
  }
  const shown = await begin(window);
  await Bun.sleep(WARM_UP_MS);
  const samples: Sample[] = [];
  const began = performance.now();
  for (let minute = 0; minute < minutes; minute = (performance.now() - began) / 60_000) {
    samples.push({ x: minute, y: await window.heapMb() });
    await Bun.sleep(LOOK_MS);
  }
  return [
    {
      name: `${TERMINALS} terminals and ${SESSIONS} busy agents for ${minutes} min: terminals that were shown`,
      value: shown,
      unit: '',
    },
    { name: '… what the page holds at the end', value: samples.at(-1)?.y ?? 0, unit: 'MB' },
    atMost('… its slope after the warm-up', slope(samples), 0.5, 'MB/min'),
    atMost('… elements in the page', await window.nodes(), 12_000, ''),
  ];
}

/** Lets every terminal print, one after the other; returns how many there were. */
async function begin({ page }: Window): Promise<number> {
  let shown = 0;
  for (let n = 0; n < SESSIONS; n++) {
    const box = page.getByRole('region', { name: `work ${n}`, exact: true });
    await box.scrollIntoViewIfNeeded();
    await box.getByRole('button', { name: 'Show terminals' }).click();
    const tabs = page.getByRole('tablist', { name: `work ${n}: terminals` }).getByRole('tab');
    await tabs.first().waitFor();
    for (const tab of await tabs.all()) {
      await tab.click();
      const panel = page.getByRole('tabpanel', { name: (await tab.getAttribute('aria-label')) ?? '' });
      await panel.getByText('connecting…').waitFor({ state: 'detached' });
      await panel.getByRole('textbox').focus();
      await page.keyboard.type('while :; do date; ls -la /; sleep 0.3; done');
      await page.keyboard.press('Enter');
      shown += 1;
    }
  }
  return shown;
}
