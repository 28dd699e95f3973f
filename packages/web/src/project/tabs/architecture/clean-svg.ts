import DOMPurify from 'dompurify';

const purify = DOMPurify(window);
purify.addHook('uponSanitizeAttribute', (_, data) => {
  // Within the picture (gradients, arrow heads) or bytes of its own: nothing is fetched because a diagram says so.
  const leads = /^(?:xlink:)?href$/.test(data.attrName) || data.attrName === 'src';
  if (leads && !/^#|^data:image\/(?:png|jpeg|gif|webp);/i.test(data.attrValue)) data.keepAttr = false;
  if (/url\(\s*['"]?(?!#)/i.test(data.attrValue)) data.keepAttr = false;
});

/**
 * The picture without anything that could run, lead elsewhere or be fetched, with the size that it is drawn at. It is shown as an image all the
 * same (where browsers run and fetch nothing), but it can also be saved and opened by itself.
 * @returns null when it is no picture
 */
export function cleanSvg(svg: string): { svg: string; width: number; height: number } | null {
  const clean = purify.sanitize(svg, {
    USE_PROFILES: { svg: true, svgFilters: true },
    ADD_TAGS: ['style'],
    FORBID_TAGS: ['a', 'foreignObject', 'animate', 'set', 'script'],
    KEEP_CONTENT: true,
    RETURN_DOM_FRAGMENT: true,
  });
  const root = clean.querySelector('svg');
  if (!root) return null;
  for (const style of root.querySelectorAll('style'))
    if (/@import|url\(\s*['"]?(?!#)/i.test(style.textContent ?? '')) style.remove();
  const box = (root.getAttribute('viewBox') ?? '').split(/[\s,]+/).map(Number);
  const size = (name: string, at: number) => {
    const own = root.getAttribute(name) ?? '';
    const shown = /^[\d.]+(?:px)?$/.test(own) ? Number.parseFloat(own) : (box[at] ?? 0);
    return Number.isFinite(shown) && shown > 0 ? shown : 300;
  };
  const [width, height] = [size('width', 2), size('height', 3)];
  root.setAttribute('width', String(width));
  root.setAttribute('height', String(height));
  root.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  root.style.removeProperty('max-width');
  return { svg: new XMLSerializer().serializeToString(root), width, height };
}
