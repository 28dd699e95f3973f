import { expect, test } from 'vitest';
import { contrastOn } from '../../../themes/color.ts';
import { latte, mocha, themes } from '../../../themes/themes.ts';
import { tokensOf } from '../../../themes/tokens.ts';
import { lookOf } from './diagram-look.logic.ts';
import { mermaidLook, repaint } from './mermaid-look.logic.ts';
import { complaintOf, styled } from './plantuml-look.logic.ts';

test('words can be read on every area of a diagram, in every theme', () => {
  for (const theme of themes) {
    const look = lookOf(theme);
    for (const area of [...look.areas, look.tokens.surface0])
      expect(contrastOn(look.tokens.text, [area]), `${theme.id} ${area}`).toBeGreaterThanOrEqual(look.ratio);
    // Branches of git are named in the ground's colour, shapes of C4 in white.
    for (const line of look.lines) expect(contrastOn(look.tokens.base, [line]), theme.id).toBeGreaterThanOrEqual(4.5);
    const grounds = Object.entries(mermaidLook(look).c4 ?? {}).filter(([name]) => name.endsWith('_bg_color'));
    expect(grounds.length).toBeGreaterThan(10);
    for (const [name, color] of grounds)
      expect(contrastOn('#ffffff', [String(color)]), `${theme.id} ${name}`).toBeGreaterThanOrEqual(look.ratio);
  }
});

test('Mermaid is given the tokens of the theme, and no colour that is none', () => {
  const of = (theme: typeof mocha) => mermaidLook(lookOf(theme)).themeVariables as Record<string, string>;
  expect(of(mocha).primaryTextColor).toBe(tokensOf(mocha).text);
  expect(of(latte).primaryTextColor).toBe(tokensOf(latte).text);
  for (const [name, value] of Object.entries(of(mocha)))
    if (/Color|Bkg|Fill|Stroke|cScale|pie\d|git/.test(name)) expect(value, name).toMatch(/^#[0-9a-f]{6}$/i);
});

test('what C4 draws in a colour of its own is drawn in that of the text, and nothing else is', () => {
  const look = lookOf(mocha);
  expect(repaint('<svg aria-roledescription="c4"><text fill="#444444"/></svg>', look)).toContain(look.tokens.text);
  const other = '<svg aria-roledescription="flowchart"><text fill="#444444"/></svg>';
  expect(repaint(other, look)).toBe(other);
});

test('PlantUML is told the style after the beginning, and its lines are still those of the person', () => {
  const { lines, lineOf } = styled('a comment\n@startuml\nA -> B\n@enduml', lookOf(mocha));
  expect(lines.slice(0, 3)).toEqual(['a comment', '@startuml', '<style>']);
  expect(lines).toContain(`FontColor ${tokensOf(mocha).text}`);
  expect(lineOf(lines.indexOf('A -> B') + 1)).toBe(3);
  expect(styled('@startsalt\n{ [OK] }\n@endsalt', lookOf(mocha)).lines).toHaveLength(3);
});

test('a complaint that PlantUML draws is told in words, with the line of the person', () => {
  const text = (words: string, color = '#33FF02') => `<text x="5" fill="${color}">${words}</text>`;
  const svg = `<svg>${text('[From textarea (line 21) ]')}${text('A -&gt; B')}${text(' Syntax Error? (&#34;x&#34;)', '#FF0000')}</svg>`;
  expect(complaintOf(svg, (line) => line - 18)).toBe('Line 3: Syntax Error? ("x")');
  const own = svg.replace('Syntax Error? (&#34;x&#34;)', 'java.lang.RuntimeException: TypeError');
  expect(own).not.toBe(svg);
  expect(complaintOf(own, (line) => line - 18)).toBe('Line 3: PlantUML cannot draw what stands here.');
  expect(complaintOf(`<svg>${text('Your data does not sound like JSON data')}</svg>`, Number)).toMatch(/JSON data\.$/);
  expect(complaintOf(`<svg>${text('Order')}${text('Line')}</svg>`, Number)).toBeNull();
});
