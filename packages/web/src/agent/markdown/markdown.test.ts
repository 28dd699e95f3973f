import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../../app.css';
import { seeded } from '../../testing/events.ts';
import { GrowingMarkdown } from './blocks.ts';
import { highlight } from './highlight.ts';
import { lex } from './lex.ts';
import Markdown from './Markdown.svelte';
import { renderPlain, renderTokens } from './render.ts';

const html = (text: string) => renderTokens(lex(text));

test.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)><a xlink:href="javascript:alert(1)">x</a></svg>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt&colon;alert(1))',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '![x](http://evil.example/pixel.png)',
  '<iframe src="//evil.example"></iframe>',
  '<a href="javascript:alert(1)" onclick="alert(1)">x</a>',
  '<style>*{display:none}</style>',
  '<form action="/auth"><input name=x></form>',
  '<b style="position:fixed;inset:0" onmouseover="alert(1)">x</b>',
  '`<img src=x onerror=alert(1)>`',
])('nothing of this runs or loads: %s', (text) => {
  const page = new DOMParser().parseFromString(html(text), 'text/html');
  expect(page.querySelectorAll('script, img, svg, iframe, style, form, input, object, embed')).toHaveLength(0);
  for (const element of page.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      expect(name).not.toMatch(/^on|style/);
      expect(value).not.toMatch(/^\s*(?:javascript|data):/i);
    }
  }
});

test.each(['>'.repeat(10_000), '> '.repeat(5_000), '- '.repeat(5_000), '1. '.repeat(3_000), '* * '.repeat(10_000)])(
  'what is nested deeper than can be read is shown as text: %s',
  (nested) => {
    const blocks = new GrowingMarkdown().take(`Look:\n\n${nested}the end`);
    const shown = blocks.map((block) => (block.kind === 'code' ? block.code : block.html)).join('\n');
    const page = new DOMParser().parseFromString(shown, 'text/html');
    expect(page.body.textContent).toContain('Look:');
    expect(page.body.textContent).toContain('the end');
    expect(page.querySelectorAll('blockquote, ul, ol').length).toBeLessThanOrEqual(30);
  },
);

test.each(['*a_', '_a*', '~a', '~~a~'])(
  'marks without number are letters, for the parser would look through all that follow at each: %s',
  (mark) => {
    const text = mark.repeat(15_000);
    const [block] = new GrowingMarkdown().take(text);
    expect(block?.kind === 'html' && new DOMParser().parseFromString(block.html, 'text/html').body.textContent).toBe(
      text,
    );
    expect(html('some *strong* and ~~gone~~ ones')).toContain('<em>strong</em> and <del>gone</del>');
  },
);

test('a link to the web opens in its own tab and tells nothing of where it was', () => {
  expect(html('[x](https://example.com)')).toContain('target="_blank"');
  expect(html('[x](https://example.com)')).toContain('rel="noopener noreferrer"');
  expect(html('[x](src/main.ts)')).not.toContain('href');
});

test('tags that are no markup stay readable as they were written', () => {
  expect(html('use the <Button> of <div class="x">')).toContain('&lt;Button&gt;');
});

test.each([
  'One plain sentence, "quoted" and it\'s done.',
  'Two lines\nof one paragraph',
  'A long row of words (with 1 < 2 and 3 > 2), then the end: über, naïve, 日本',
])('a plain paragraph is made without a sanitiser, and is the same: %s', (text) => {
  const [token] = lex(text);
  const body = (html: string) => new DOMParser().parseFromString(html, 'text/html').body.innerHTML.trim();
  expect(body(token ? (renderPlain(token) ?? '') : '')).toBe(body(html(text)));
});

test.each([
  '*stress*',
  '`code`',
  '<b>tag</b>',
  '&lt;entity',
  '[link](https://example.com)',
  'https://example.com',
  'hard  \nbreak',
  '# head',
  '- item',
  '![x](y)',
  'a@example.com',
  '\\*escaped',
  '~~gone~~',
])('anything but plain text goes through the sanitiser: %s', (text) => {
  const [token] = lex(text);
  expect(token && renderPlain(token)).toBeNull();
});

const sample = [
  '# Title\n\nSome *words* and `code`.\n',
  '\n- one\n- two\n\n  more of two\n\n1. first\n2. second\n',
  '\n```ts\nconst a = 1;\n\nconst b = 2;\n```\n\nAfter the code.\n',
  '\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> quoted\n> on\n\n---\n\nEnd.',
].join('');

test.each([1, 2, 3, 4, 5])('text that grows in any pieces reads as when it came at once (seed %i)', (seed) => {
  const random = seeded(seed);
  const growing = new GrowingMarkdown();
  let end = 0;
  while (end < sample.length) {
    end = Math.min(sample.length, end + Math.ceil(random() * 25));
    growing.take(sample.slice(0, end));
  }
  expect(growing.take(sample)).toEqual(new GrowingMarkdown().take(sample));
});

test('a piece that is settled is not made again while the text grows', () => {
  const growing = new GrowingMarkdown();
  const [first] = growing.take('Settled.\n\nGrow');
  const grown = growing.take('Settled.\n\nGrowing');
  expect(grown[0]).toBe(first);
});

test('code is coloured by the theme’s tokens and cannot break out of them', async () => {
  const coloured = await highlight('const a = "</span><img src=x onerror=alert(1)>";', 'ts');
  expect(coloured).toContain('class="tk-keyword"');
  expect(coloured).not.toContain('<img');
  expect(await highlight('x', 'no-such-language')).toBeNull();
});

test('code in the page has its language, a button to copy it, and its colours when they are loaded', async () => {
  render(Markdown, { text: 'See:\n\n```ts\nconst a = 1;\n```' });
  await expect.element(page.getByRole('button', { name: 'Copy code' })).toBeVisible();
  await expect.poll(() => document.querySelector('.tk-keyword')?.textContent?.trim()).toBe('const');
});

test('a huge text is cut, and shown whole when asked for', async () => {
  render(Markdown, { text: `begin ${'word '.repeat(20_000)}finally` });
  await expect.element(page.getByRole('button', { name: /Show all/ })).toBeVisible();
  expect(document.body.textContent).not.toContain('finally');
  await page.getByRole('button', { name: /Show all/ }).click();
  await expect.poll(() => document.body.textContent).toContain('finally');
});
