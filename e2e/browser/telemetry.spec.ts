import { expect, test } from './fixtures.ts';
import { ProjectBox } from './project-box.ts';

test.use({ world: { name: 'telemetry', telemetry: true } });

test('a click begins the trace that the collector gets, with the whole turn below it', async ({ agor, page }) => {
  await agor.project('traced');
  const box = new ProjectBox(page, 'traced');
  await expect(box.composer).toBeVisible();
  await box.prompt('tools n=2');
  await box.turnsEnded(1);
  const received = async () => (await agor.ask('telemetry'))?.spans ?? [];
  await expect.poll(async () => (await received()).map(({ name }) => name)).toContain('agor.prompt');
  const spans = await received();
  const click = spans.find(({ name }) => name === 'agor.click');
  const below = (parent: string | undefined) => spans.filter(({ parentSpanId }) => parentSpanId === parent);
  const [prompt] = below(click?.spanId);
  expect(click?.parentSpanId).toBeNull();
  expect(prompt?.name).toBe('agor.prompt');
  const turn = below(prompt?.spanId).find(({ name }) => name === 'invoke_agent traced');
  expect(below(turn?.spanId).map(({ name }) => name)).toEqual(['execute_tool Bash', 'execute_tool Bash']);
  expect(new Set([click, prompt, turn].map((span) => span?.traceId)).size).toBe(1);
});
