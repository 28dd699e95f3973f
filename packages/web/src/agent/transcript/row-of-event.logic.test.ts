import { expect, test } from 'vitest';
import { called, created, placed, prompted, returned, said } from '../../testing/events.ts';
import { Projection } from './projection.ts';
import { rowOfEvent } from './row-of-event.logic.ts';

test('every event leads to the row that shows it, or to the one before it', () => {
  const events = placed([
    created,
    ...prompted('p1', 'do it'),
    said('text', { text: 'I will' }),
    called('t1'),
    said('text', { text: 'in the subagent' }),
    returned('t1', 'printed'),
  ]);
  const projection = new Projection();
  for (const event of events) projection.add(event);
  const shows = events.map((event) => rowOfEvent(projection.rows, event)?.kind);
  expect(shows).toContain('prompt');
  expect(shows.at(-1)).toBe('tool');
  expect(rowOfEvent([], events[0] as never)).toBeNull();
});
