/** Arrows of one diagram. Laying out more takes the window's one thread for seconds, and from some hundreds on for minutes. */
export const MAX_EDGES = 200;
/** Statements of diagrams whose parts find their places by a search for the best layout, and of those that are drawn as they are written. */
const MAX_LAID_OUT = 300;
const MAX_IN_ORDER = 1_500;

const IN_ORDER = /^(?:sequenceDiagram|gantt|pie|timeline|journey|quadrantChart|xychart|sankey|packet|gitGraph|radar)/;
/** Members and attributes stand between braces: they cost no layout. */
const HAS_MEMBERS = /^(?:classDiagram|erDiagram)/;

/** Why this diagram is not drawn, in words; null when it is not too large. Mermaid draws in the page: what it takes, the window stands still. */
export function tooLarge(source: string): string | null {
  const body = source.replace(/^\s*---\s*\n[\s\S]*?\n---\s*\n/, '').replace(/%%.*$/gm, '');
  const text = body.trim();
  const counted = HAS_MEMBERS.test(text) ? text.replace(/\{[^{}]*\}/g, '') : text;
  const statements = counted.match(/[^\s;&][^\n;&]*/g)?.length ?? 0;
  const most = IN_ORDER.test(text) ? MAX_IN_ORDER : MAX_LAID_OUT;
  if (statements <= most) return null;
  return `This diagram has ${statements} parts; ${most} are the most that are drawn without this window standing still. Split it.`;
}
