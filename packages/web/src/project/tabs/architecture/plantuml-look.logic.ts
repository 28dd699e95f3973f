import { around, type DiagramLook } from './diagram-look.logic.ts';

/** Diagrams that know styles: others would take them for words of their own. */
const BEGIN = /^\s*@start(?:uml|mindmap|wbs|json|yaml|gantt|ebnf|regex)\b/;

export interface Styled {
  readonly lines: readonly string[];
  /** The line of the person's text (from 1) that a line of `lines` (from 1) is. */
  lineOf(line: number): number;
}

/** The text with the page's tokens as its style. What the diagram says of its colours itself comes later, and counts. */
export function styled(source: string, look: DiagramLook): Styled {
  const style = styleOf(look);
  const own: number[] = [];
  const lines = source.split(/\r\n|\r|\n/).flatMap((line, at) => {
    own.push(at + 1);
    if (!BEGIN.test(line)) return [line];
    own.push(...style.map(() => at + 1));
    return [line, ...style];
  });
  return { lines, lineOf: (line) => own[line - 1] ?? line };
}

function styleOf({ tokens, areas }: DiagramLook): string[] {
  return [
    '<style>',
    'root {',
    'BackgroundColor transparent',
    `FontColor ${tokens.text}`,
    `LineColor ${tokens.blue}`,
    `HyperLinkColor ${tokens.blue}`,
    '}',
    'element {',
    `BackgroundColor ${tokens.surface0}`,
    '}',
    'arrow {',
    `LineColor ${tokens.overlay1}`,
    '}',
    'note {',
    `BackgroundColor ${around(areas, 5)}`,
    `LineColor ${tokens.yellow}`,
    '}',
    '</style>',
  ];
}

/**
 * PlantUML draws its complaints as pictures. In words: the complaint of this picture; null when it is a diagram.
 * @param lineOf of the text that was drawn
 */
export function complaintOf(svg: string, lineOf: Styled['lineOf']): string | null {
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => inWords(text));
  const place = texts.map((text) => /^\[From .*\(line (\d+)\) \]$/.exec(text)?.[1]).find((line) => line !== undefined);
  if (place !== undefined && svg.includes('#33FF02')) {
    // Its own failure, with a trace and an address to send it to: no fault in the words of the line can be told.
    const isOwn = texts.some((text) => text.includes('java.lang.') || text.includes('plantuml@'));
    return `Line ${lineOf(Number(place))}: ${isOwn ? 'PlantUML cannot draw what stands here.' : texts.at(-1)}`;
  }
  const [first = ''] = texts;
  if (/^Diagram not supported by this release/.test(first)) return texts.slice(0, 4).join(' ').replace(/\s+/g, ' ');
  return texts.length === 1 && /^Your data does not sound like/.test(first) ? `${first}.` : null;
}

function inWords(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .trim();
}
