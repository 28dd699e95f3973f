import type { TermRenderer } from '@agor/protocol';
import type { Terminal } from '@xterm/xterm';

/** Browsers give a page some 16 contexts and take the oldest away: charts and previews of others shall keep theirs. */
export const MAX_WEBGL_TERMINALS = 8;
/** What draws with the processor: slower than the DOM. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render|virgl|mesa offscreen/i;

let realGpu: boolean | undefined;

/** Whether WebGL is drawn by a graphics card. Found out once. */
export function hasRealGpu(): boolean {
  realGpu ??= probe();
  return realGpu;
}

function probe(): boolean {
  const context = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true });
  if (!context) return false;
  const names = context.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = context.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : context.RENDERER);
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return typeof name === 'string' && !SOFTWARE.test(name);
}

/** Those of this window that draw with WebGL now. */
const drawing = new Set<Renderer>();

/**
 * Chooses what draws a terminal: WebGL while it is shown and one of few, else the DOM. A lost context (the driver was restarted, the browser
 * took it for another) is not asked for again.
 */
export class Renderer implements Disposable {
  #addon: Disposable | null = null;
  #wanted = false;
  #lost = false;
  #loading = false;

  /** @param changed is told what draws from now on */
  constructor(
    private readonly terminal: Terminal,
    private readonly changed: (kind: 'webgl' | 'dom') => void,
  ) {
    changed('dom');
  }

  choose(setting: TermRenderer, isShown: boolean): void {
    this.#wanted = isShown && setting !== 'dom' && !this.#lost && (setting === 'webgl' || hasRealGpu());
    if (!this.#wanted) this.#end();
    else if (!this.#addon && !this.#loading && drawing.size < MAX_WEBGL_TERMINALS) void this.#begin();
  }

  [Symbol.dispose](): void {
    this.#wanted = false;
    this.#end();
  }

  async #begin(): Promise<void> {
    this.#loading = true;
    drawing.add(this);
    try {
      const { WebglAddon } = await import('@xterm/addon-webgl');
      if (!this.#wanted) return;
      const addon = new WebglAddon();
      addon.onContextLoss(() => {
        this.#lost = true;
        this.#end();
      });
      this.terminal.loadAddon(addon);
      this.#addon = { [Symbol.dispose]: () => addon.dispose() };
      this.changed('webgl');
    } catch {
      // No WebGL 2 here, or the file could not be loaded: the DOM draws, as it did.
      this.#lost = true;
    } finally {
      this.#loading = false;
      if (!this.#addon) drawing.delete(this);
    }
  }

  #end(): void {
    const addon = this.#addon;
    this.#addon = null;
    drawing.delete(this);
    if (!addon) return;
    addon[Symbol.dispose]();
    this.changed('dom');
  }
}
