import { type Entry, entriesOf } from './entries.ts';
import type { ExportSource } from './source.ts';
import { timeOf, visible } from './visible.ts';

/** The session as Markdown: what agents say as they wrote it, everything else in code blocks that it can't end. */
export function* markdown(source: ExportSource): Generator<string> {
  const { state } = source;
  yield `# ${line(state.title)}\n\n`;
  const facts = [state.provider, state.model, state.cwd, timeOf(state.createdAt)];
  yield `${facts.flatMap((fact) => (fact ? [`- ${code(fact)}\n`] : [])).join('')}\n`;
  for (const entry of entriesOf(source)) yield `${render(entry)}\n\n`;
}

function render(entry: Entry): string {
  switch (entry.kind) {
    case 'you':
      return [`## You, ${timeOf(entry.at)}`, prose(entry.text), ...entry.images.map(imageWords)].join('\n\n');
    case 'agent':
      return entry.inside ? quoted(prose(entry.text)) : prose(entry.text);
    case 'thinking':
      return quoted(`*Thinking*\n\n${prose(entry.text)}`);
    case 'tool':
      return `**${line(entry.name)}** ${entry.title === '' ? '' : code(entry.title)}\n\n${fenced(entry.input, 'json')}`;
    case 'output': {
      const diffs = entry.diffs.map(({ path, patch }) => `${code(path)}\n\n${fenced(patch, 'diff')}`);
      const text = entry.text === '' ? [] : [fenced(entry.text, '')];
      return [...(entry.isError ? ['*Failed*'] : []), ...text, ...diffs, ...entry.images.map(imageWords)].join('\n\n');
    }
    case 'note':
      return quoted(prose(entry.text));
  }
}

function imageWords({ mediaType, size }: { mediaType: string; size: number }): string {
  return `*[image: ${line(mediaType)}, ${size} bytes]*`;
}

function quoted(text: string): string {
  return text
    .split('\n')
    .map((each) => `> ${each}`.trimEnd())
    .join('\n');
}

/** Longer than any run of backticks within: what a tool printed can't get out of its block. */
function fenced(text: string, language: string): string {
  const clean = visible(text).replace(/\n$/, '');
  const longest = Math.max(2, ...[...clean.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${clean}\n${fence}`;
}

function code(text: string): string {
  const clean = visible(text).replaceAll('\n', ' ');
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map(([run]) => run.length));
  const mark = '`'.repeat(longest + 1);
  return `${mark} ${clean} ${mark}`;
}

/** One line of plain words. */
function line(text: string): string {
  return visible(text)
    .replaceAll('\n', ' ')
    .replace(/[\\`*_[\]<>#|]/g, '\\$&');
}

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const INLINE_CODE = /((?<![`\\])`[^`\n]+`(?!`))/;

/** Markdown as it is, but without HTML, addresses that run something, and images that call home; a code block that is left open is closed. */
function prose(text: string): string {
  let open = '';
  const lines = visible(text)
    .split('\n')
    .map((each) => {
      const fence = FENCE.exec(each)?.[1] ?? '';
      const wasOpen = open;
      if (open === '') open = fence;
      else if (fence.startsWith(open) && each.trim() === fence) open = '';
      return wasOpen === '' && fence === '' ? proseLine(each) : each;
    });
  return [...lines, ...(open === '' ? [] : [open])].join('\n');
}

function proseLine(text: string): string {
  return text
    .split(INLINE_CODE)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part
            .replace(/<(?=[a-z/!?])/gi, '&lt;')
            .replace(/!\[/g, '\\![')
            .replace(/(\]\(\s*|\]:\s*)(?!https?:|mailto:)([a-z][a-z0-9+.-]*:)/gi, '$1#blocked-$2'),
    )
    .join('');
}
