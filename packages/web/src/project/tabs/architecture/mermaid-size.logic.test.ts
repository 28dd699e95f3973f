import { expect, test } from 'vitest';
import { tooLarge } from './mermaid-size.logic.ts';

const lines = (count: number, line: (at: number) => string) => Array.from({ length: count }, (_, at) => line(at));

test('a diagram that would hold the window for minutes is refused before it is drawn, however it is written', () => {
  const nodes = lines(3_000, (at) => `n${at}`);
  for (const apart of ['\n', ';', ' & '])
    expect(tooLarge(`flowchart TD\n${nodes.join(apart)}`)).toMatch(/3\d\d\d parts/);
  const states = lines(400, (at) => `a${at} --> b${at % 7}`).join('\n');
  expect(tooLarge(`stateDiagram-v2\n${states}`)).toMatch(/Split it/);
  expect(
    tooLarge(`---\ntitle: x\n---\n%% a word\nclassDiagram\n${nodes.map((one) => `class ${one}`).join('\n')}`),
  ).toMatch(/300/);
});

test('long diagrams that cost no layout are drawn: messages in their order, members of classes, words in comments', () => {
  expect(tooLarge(`sequenceDiagram\n${lines(1_000, () => 'A->>B: x').join('\n')}`)).toBe(null);
  const classes = lines(40, (at) => `class C${at} {\n${lines(20, (n) => `+int f${n}`).join('\n')}\n}`);
  expect(tooLarge(`classDiagram\n${classes.join('\n')}`)).toBe(null);
  expect(tooLarge(`flowchart TD\n${'%% nothing\n'.repeat(2_000)}a-->b`)).toBe(null);
});
