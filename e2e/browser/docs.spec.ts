import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page, test } from './fixtures.ts';
import { pictures } from './pictures.ts';

test.use({ world: { name: 'docs' } });

/** Every address that the page asks for while it is watched. */
function requests(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  return asked;
}

async function isHarmless(page: Page, asked: readonly string[], origin: string): Promise<void> {
  expect(asked.filter((url) => !url.startsWith(origin) && !/^(?:blob|data):/.test(url))).toEqual([]);
  expect(await page.evaluate(() => Reflect.get(window, 'pwned'))).toBeUndefined();
}

async function accessible(page: Page, part: Locator): Promise<void> {
  await expect(part).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa']).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html, nodes[0]?.failureSummary])).toEqual([]);
}

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

test('documents are read, followed by links, and follow their files', async ({ page, agor }) => {
  const folder = await agor.project('handbook');
  mkdirSync(join(folder, 'docs'));
  writeFileSync(join(folder, 'dot.png'), PNG);
  writeFileSync(
    join(folder, 'README.md'),
    '# Handbook\n\nSee [the guide](docs/guide.md#second-part), ![dot](dot.png).\n\n- [x] done\n- [ ] to do\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```ts\nconst a = 1;\n```\n\n```mermaid\nflowchart LR\n  A --> B\n```\n',
  );
  writeFileSync(
    join(folder, 'docs', 'guide.md'),
    `# Guide\n\n${'words\n\n'.repeat(80)}## Second part\n\n[back](../README.md)\n`,
  );
  const asked = requests(page);
  const box = page.getByRole('region', { name: 'handbook', exact: true });
  await box.getByRole('tab', { name: 'Docs' }).click();
  await expect(box.getByRole('heading', { name: 'Handbook', exact: true })).toBeVisible();
  await expect
    .poll(() => box.getByRole('img', { name: 'dot' }).evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBe(1);
  await expect(box.getByRole('img', { name: 'Diagram' })).toBeVisible();
  await accessible(page, box.getByRole('img', { name: 'Diagram' }));
  await pictures(page, agor, 'docs', () => box.scrollIntoViewIfNeeded());
  await box.getByRole('link', { name: 'the guide' }).click();
  await expect(box.getByRole('heading', { name: 'Second part', exact: true })).toBeInViewport();
  await box.getByRole('button', { name: 'Back', exact: true }).click();
  await expect(box.getByRole('heading', { name: 'Handbook', exact: true })).toBeVisible();
  await box.getByRole('button', { name: 'Forward' }).click();
  const text = box.getByRole('region', { name: 'Text' });
  await text.evaluate((element) => element.scrollTo(0, 300));
  writeFileSync(join(folder, 'docs', 'guide.md'), `# Guide\n\n${'words\n\n'.repeat(80)}## Third part\n`);
  await expect(box.getByRole('heading', { name: 'Third part', exact: true })).toBeAttached();
  expect(await text.evaluate((element) => element.scrollTop)).toBe(300);
  await isHarmless(page, asked, agor.served.url);
});

test('a hostile document runs nothing and fetches nothing', async ({ page, agor }) => {
  const folder = await agor.project('hostile-docs');
  writeFileSync(
    join(folder, 'README.md'),
    '# Hostile\n\n<script>window.pwned=1</script><img src=http://evil.invalid/0 onerror="window.pwned=1"><img src="http://evil.invalid/a.png">\n\n![far](http://evil.invalid/b.png)\n\n[run](javascript:window.pwned=1) <a href="javascript:window.pwned=1" onclick="window.pwned=1">run too</a>\n\n<style>body{display:none}</style><iframe src="http://evil.invalid"></iframe><form action="http://evil.invalid"><input name="a"></form>\n\n```mermaid\n%%{init: {"securityLevel":"loose","themeCSS":"*{background:url(http://evil.invalid/c)}"}}%%\nflowchart LR\n  A["<img src=http://evil.invalid/d onerror=window.pwned=1>"] --> B\n  click A href "javascript:window.pwned=1"\n```\n\n```plantuml\n@startuml\n!include http://evil.invalid/e\nA -> B\n@enduml\n```\n\n```plantuml\n@startuml\nA -> B : [[javascript:window.pwned=1 x]] <img:http://evil.invalid/f>\n@enduml\n```\n',
  );
  const asked = requests(page);
  const box = page.getByRole('region', { name: 'hostile-docs', exact: true });
  await box.getByRole('tab', { name: 'Docs' }).click();
  await expect(box.getByRole('heading', { name: 'Hostile', exact: true })).toBeVisible();
  await expect(box.getByRole('img', { name: 'Diagram' })).toHaveCount(2);
  await expect(box.getByRole('alert').getByText(/^Line 2: /)).toBeVisible();
  await expect(box.getByRole('link', { name: 'far' })).toHaveAttribute('rel', /noopener/);
  await isHarmless(page, asked, agor.served.url);
});
