import type { Connection } from '@agor/cli';
import { World } from '@agor/e2e/world';
import type { ProjectId, SessionId } from '@agor/protocol';
import { atMost, median, percentile, type Row } from '../row.ts';
import { addProject, talk } from './talk.ts';
import { workPerFrame } from './trace.ts';
import { Window } from './window.ts';

const MESSAGES = 100_000;
/** Turns with thoughts, tools and code behind them, so that what is scrolled over is not text alone. */
const WORK_TURNS = 60;
const OPENINGS = 7;
/** As a finger on a trackpad or a wheel with smooth scrolling moves it: some three screens a second. */
const SCROLL_PX_PER_SECOND = 2400;
const SCROLL_PX = 24_000;
const NOTCHES = 300;
const NOTCH_PX = 120;
const STREAMED = 2_000;
const STREAM_RUNS = 5;

/** A session of a hundred thousand messages in the real browser: how fast it opens, what scrolling costs, and whether it streams as a short one does. */
export async function run(): Promise<Row[]> {
  await using world = new World({ name: 'bench-transcript' });
  await world.serve();
  using connection = await world.connect();
  const project = await addProject(connection, world.folder('long'), 'long');
  const long = await talk(connection, project, `burst n=${MESSAGES} size=200`);
  for (let n = 0; n < WORK_TURNS; n++) await talk(connection, project, n % 2 ? 'tools n=4' : 'think', long);
  const short = await talk(connection, project, 'say short');
  await using window = await Window.open(world);

  const openings: number[] = [];
  for (let n = 0; n < OPENINGS; n++) {
    await show(window, short, 'say short');
    openings.push(await show(window, long, 'burst n='));
  }
  await window.page.getByRole('log').hover();
  const frames = await workPerFrame(window.cdp, () => glide(window));
  const notched = await workPerFrame(window.cdp, () => notches(window));
  if (notched.length < NOTCHES) throw new Error(`${notched.length} frames were made of ${NOTCHES} notches`);
  const nodes = await window.nodes();
  const early: number[] = [];
  const late: number[] = [];
  for (let n = 0; n < STREAM_RUNS; n++) {
    await show(window, short, 'say short');
    early.push(await streaming(window, connection, project, short));
    await show(window, long, 'burst n=');
    late.push(await streaming(window, connection, project, long));
  }
  return [
    atMost(`a session of ${MESSAGES / 1000} 000 messages opens, median of ${OPENINGS}`, median(openings), 300, 'ms'),
    atMost('… the slowest', Math.max(...openings), 600, 'ms'),
    atMost(
      `… work of the main thread per frame while it is scrolled by ${SCROLL_PX_PER_SECOND} px/s, p95 of ${frames.length}`,
      percentile(frames, 0.95),
      8,
      'ms',
    ),
    {
      name: `… and by leaps of ${NOTCH_PX} px within a frame, p95 of ${notched.length}`,
      value: percentile(notched, 0.95),
      unit: 'ms',
    },
    atMost('… elements in the page', nodes, 3000, ''),
    {
      name: `… ${STREAMED} messages streamed into it, work of the main thread`,
      value: median(late) * 1000,
      unit: 'ms',
    },
    atMost('… as a multiple of the same in a short session', median(late) / median(early), 1.5, '×'),
  ];
}

/** Chooses a session in the box's menu. Returns the ms from the click until rows of it are in the page and painted. */
async function show({ page }: Window, id: SessionId, title: string): Promise<number> {
  await page.getByRole('button', { name: 'long: session menu' }).click();
  return page.getByRole('menuitem', { name: title }).evaluate(async (item: HTMLElement, id: string) => {
    const began = performance.now();
    item.click();
    const frame = () => new Promise(requestAnimationFrame);
    const isShown = () => document.querySelector(`[data-session-id="${id}"] [role=log] [data-row]`) !== null;
    for (let n = 0; n < 2000 && !isShown(); n++) await frame();
    if (!isShown()) throw new Error('the session was not shown');
    await frame();
    return performance.now() - began;
  }, id);
}

/** Scrolls up and half of it down again, evenly. */
async function glide({ page, cdp }: Window): Promise<void> {
  const box = await page.getByRole('log').boundingBox();
  if (!box) throw new Error('the transcript is not shown');
  const from = { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
  for (const yDistance of [SCROLL_PX, -SCROLL_PX / 2])
    await cdp.send('Input.synthesizeScrollGesture', {
      ...from,
      yDistance,
      speed: SCROLL_PX_PER_SECOND,
      preventFling: true,
      gestureSourceType: 'mouse',
    });
}

/** Turns a wheel without smooth scrolling by a notch in each frame, up and then down again. */
async function notches({ page }: Window): Promise<void> {
  for (let n = 0; n < NOTCHES; n++) {
    await page.mouse.wheel(0, n < NOTCHES * 0.8 ? -NOTCH_PX : NOTCH_PX);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
}

/** Seconds that the page works while so many messages arrive in the session that it shows. */
async function streaming(
  window: Window,
  connection: Connection,
  project: ProjectId,
  session: SessionId,
): Promise<number> {
  const before = await window.workSeconds();
  await talk(connection, project, `burst n=${STREAMED} size=200 rate=1000`, session);
  await window.page
    .getByRole('log')
    .getByText(new RegExp(`^${STREAMED} `))
    .last()
    .waitFor();
  return (await window.workSeconds()) - before;
}
