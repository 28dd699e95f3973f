import { cleanSvg } from './clean-svg.ts';
import type { DiagramLook } from './diagram-look.logic.ts';
import type { DiagramKind } from './diagrams.logic.ts';

/** Longer sources are no diagrams that anybody reads. */
const MAX_CHARS = 50_000;

export interface Drawing {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** A diagram as a harmless picture, drawn on this computer. Throws in words for the person. */
export async function draw(kind: DiagramKind, source: string, look: DiagramLook): Promise<Drawing> {
  if (source.trim() === '') throw new Error('This diagram is empty.');
  if (source.length > MAX_CHARS) throw new Error(`This diagram is longer than ${MAX_CHARS} characters.`);
  const svg =
    kind === 'mermaid'
      ? await (await import('./draw-mermaid.ts')).drawMermaid(source, look)
      : await (await import('./draw-plantuml.ts')).drawPlantuml(source, look);
  const drawing = cleanSvg(svg);
  if (!drawing) throw new Error('No picture came of this diagram.');
  return drawing;
}
