/**
 * As much of a document as PlantUML writes its picture with, in a worker, where there is none: elements that hold attributes, children and
 * text, and say what SVG they are. Texts are measured by a canvas that nobody sees.
 */
class TinyText {
  constructor(readonly textContent: string) {}
  toSvg(): string {
    return escapeXml(this.textContent);
  }
}

/** Notes to who reads the SVG: left out. */
class Nothing {
  readonly textContent = '';
  toSvg(): string {
    return '';
  }
}

type Child = TinyElement | TinyText | Nothing;

class TinyElement {
  readonly style: Record<string, string> = {};
  readonly #attributes = new Map<string, string>();
  #children: Child[] = [];

  constructor(readonly tagName: string) {}

  get ownerDocument() {
    return tinyDocument;
  }
  get childNodes(): readonly Child[] {
    return this.#children;
  }
  get firstChild(): Child | null {
    return this.#children[0] ?? null;
  }
  get textContent(): string {
    return this.#children.map((child) => child.textContent).join('');
  }
  set textContent(text: string) {
    this.#children = [new TinyText(String(text))];
  }
  setAttribute(name: string, value: unknown): void {
    this.#attributes.set(String(name), String(value));
  }
  getAttribute(name: string): string | null {
    return this.#attributes.get(name) ?? null;
  }
  appendChild<Node extends Child>(child: Node): Node {
    this.#children.push(child);
    return child;
  }
  insertBefore<Node extends Child>(child: Node, before: Child | null): Node {
    const at = before ? this.#children.indexOf(before) : -1;
    this.#children.splice(at < 0 ? this.#children.length : at, 0, child);
    return child;
  }
  removeChild<Node extends Child>(child: Node): Node {
    this.#children = this.#children.filter((one) => one !== child);
    return child;
  }
  /** Of a canvas. */
  getContext(): OffscreenCanvasRenderingContext2D | null {
    return new OffscreenCanvas(1, 1).getContext('2d');
  }
  /** Of a text. */
  getBBox(): { x: number; y: number; width: number; height: number } {
    const size = Number.parseFloat(this.getAttribute('font-size') ?? '') || 12;
    const context = this.getContext();
    if (context) context.font = `${size}px ${this.getAttribute('font-family') ?? 'sans-serif'}`;
    const measured = context?.measureText(this.textContent);
    const ascent = measured?.fontBoundingBoxAscent ?? size * 0.8;
    const height = ascent + (measured?.fontBoundingBoxDescent ?? size * 0.2);
    return { x: 0, y: -ascent, width: measured?.width ?? 0, height };
  }
  toSvg(): string {
    const attributes = [...this.#attributes].map(([name, value]) => ` ${name}="${escapeXml(value)}"`).join('');
    return `<${this.tagName}${attributes}>${this.#children.map((child) => child.toSvg()).join('')}</${this.tagName}>`;
  }
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}

const tinyDocument = {
  body: new TinyElement('body'),
  head: new TinyElement('head'),
  createElement: (name: string) => new TinyElement(name),
  createElementNS: (_: string, name: string) => new TinyElement(name),
  createTextNode: (text: string) => new TinyText(text),
  createComment: () => new Nothing(),
  createProcessingInstruction: () => new Nothing(),
  getElementById: () => null,
  importNode: (node: Child) => node,
};

class Serializer {
  serializeToString(element: TinyElement): string {
    return element.toSvg();
  }
}

Object.assign(globalThis, {
  window: globalThis,
  document: tinyDocument,
  XMLSerializer: Serializer,
  // Libraries that a diagram includes are not there, and nothing is fetched.
  PLANTUML_STDLIB_LOADER: (_: string, __: () => void, failed: (why: string) => void) =>
    failed('it is not part of agor'),
});

export {};
