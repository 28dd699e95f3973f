import { expect, test } from 'vitest';
import { boundedMarkdown } from './markdown.ts';

const kinds = (text: string) => {
  const found = new Set<string>();
  boundedMarkdown()
    .language.parser.parse(text)
    .iterate({ enter: ({ name }) => void found.add(name) });
  return found;
};

test('a paragraph without an end is text, for its marks would be looked for all the way at each; others are coloured', () => {
  expect(kinds('some *words*')).toContain('Emphasis');
  const long = kinds(`# Title\n\n${'*a_'.repeat(300_000)}\n\nsome \`code\``);
  expect([...long]).toEqual(expect.arrayContaining(['ATXHeading1', 'Paragraph', 'InlineCode']));
  expect(long).not.toContain('Emphasis');
  expect(kinds('[a]('.repeat(100_000))).not.toContain('Link');
});
