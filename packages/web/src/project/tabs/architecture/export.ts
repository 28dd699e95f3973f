import type { Drawing } from './draw.ts';

/** How much finer a PNG is than the screen. */
const SCALE = 2;
/** What browsers can hold as one picture, px of a side. */
const MAX_SIDE = 8_000;

/** Gives the picture to the person as a file. @param ground the colour under it: its words are made to be read on that */
export async function save(drawing: Drawing, kind: 'svg' | 'png', name: string, ground: string): Promise<void> {
  const svg = new Blob([onGround(drawing, ground)], { type: 'image/svg+xml' });
  give(kind === 'svg' ? svg : await png(drawing, svg), `${name}.${kind}`);
}

function onGround({ svg, width, height }: Drawing, ground: string): string {
  return svg.replace(/<svg\b[^>]*>/, (root) => {
    const [x = 0, y = 0, w = width, h = height] = (/ viewBox="([^"]*)"/.exec(root)?.[1] ?? '')
      .split(/[\s,]+/)
      .filter(Boolean)
      .map(Number);
    return `${root}<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="${ground}"/>`;
  });
}

async function png({ width, height }: Drawing, svg: Blob): Promise<Blob> {
  const url = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = Math.min(SCALE, MAX_SIDE / Math.max(width, height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.ceil(width * scale);
    canvas.height = Math.ceil(height * scale);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!made) throw new Error('The picture is too large for a PNG.');
    return made;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function give(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
