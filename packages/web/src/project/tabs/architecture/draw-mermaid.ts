import type { Mermaid } from 'mermaid';
import type { DiagramLook } from './diagram-look.logic.ts';
import { mermaidLook, repaint } from './mermaid-look.logic.ts';
import { MAX_EDGES, tooLarge } from './mermaid-size.logic.ts';

let library: Promise<Mermaid> | null = null;
let queue: Promise<unknown> = Promise.resolve();
let drawings = 0;

/** Draws Mermaid in this page, one diagram after the other: the library has one configuration. Throws in words for the person. */
export function drawMermaid(source: string, look: DiagramLook): Promise<string> {
  const drawn = queue.then(() => draw(source, look));
  queue = drawn.catch(() => undefined);
  return drawn;
}

async function draw(source: string, look: DiagramLook): Promise<string> {
  const refusal = tooLarge(source);
  if (refusal !== null) throw new Error(refusal);
  library ??= import('mermaid').then((module) => module.default);
  const mermaid = await library;
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: 'strict',
    ...mermaidLook(look),
    fontFamily: 'system-ui, sans-serif',
    // Text as text: HTML in a picture is not shown by every program.
    htmlLabels: false,
    flowchart: { htmlLabels: false },
    maxTextSize: 50_000,
    maxEdges: MAX_EDGES,
    suppressErrorRendering: true,
    // What a diagram may not change by a directive of its own.
    secure: [
      'secure',
      'securityLevel',
      'startOnLoad',
      'maxTextSize',
      'maxEdges',
      'suppressErrorRendering',
      'htmlLabels',
      'flowchart',
      'themeCSS',
      'fontFamily',
      'dompurifyConfig',
    ],
  });
  // Off the screen and out of the way, but laid out: it measures its texts.
  const place = document.createElement('div');
  place.style.cssText = 'position:fixed;left:-10000px;top:0;width:1200px;visibility:hidden';
  place.setAttribute('aria-hidden', 'true');
  document.body.append(place);
  try {
    drawings += 1;
    const { svg } = await mermaid.render(`mermaid-${drawings}`, withoutHandlers(source), place);
    return repaint(svg, look);
  } finally {
    place.remove();
  }
}

/** Handlers in tags of a label: sanitised anyhow, but a browser complains aloud of each that is only parsed. */
function withoutHandlers(source: string): string {
  return source.replace(/(<[^>]*[\s/"'])on[a-z]+\s*=/gi, '$1data-off=');
}
