import { GlobalWorkerOptions, getDocument, type PDFDocumentProxy, type PDFPageProxy, TextLayer } from 'pdfjs-dist';
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';

GlobalWorkerOptions.workerSrc = workerUrl;

/** Canvases larger than this are drawn less sharp. In pixels. */
const MAX_CANVAS_PIXELS = 16_000_000;

export interface OpenPdf extends Disposable {
  readonly document: PDFDocumentProxy;
}

/** Opens a PDF that the hub gives out; only the parts that are looked at are fetched. Rejects with what is wrong with it. */
export async function openPdf(url: string, signal: AbortSignal): Promise<OpenPdf> {
  // The face's policy has no eval and no WebAssembly.
  const task = getDocument({
    url,
    isEvalSupported: false,
    useWasm: false,
    disableAutoFetch: true,
    disableStream: true,
  });
  const end = () => void task.destroy();
  signal.addEventListener('abort', end, { once: true });
  const document = await task.promise;
  return { document, [Symbol.dispose]: end };
}

/** Draws a page and the text that can be chosen over it. The returned ends it. */
export function drawPage(page: PDFPageProxy, canvas: HTMLCanvasElement, text: HTMLElement, zoom: number): Disposable {
  const viewport = page.getViewport({ scale: zoom });
  const wanted = window.devicePixelRatio || 1;
  const sharp = Math.min(wanted, Math.sqrt(MAX_CANVAS_PIXELS / (viewport.width * viewport.height)));
  canvas.width = Math.floor(viewport.width * sharp);
  canvas.height = Math.floor(viewport.height * sharp);
  const transform = sharp === 1 ? undefined : [sharp, 0, 0, sharp, 0, 0];
  const drawing = page.render({ canvas, viewport, ...(transform && { transform }) });
  const layer = new TextLayer({ textContentSource: page.streamTextContent(), container: text, viewport });
  text.replaceChildren();
  // Ended by scrolling away: nobody waits for it.
  drawing.promise.catch(() => undefined);
  layer.render().catch(() => undefined);
  return {
    [Symbol.dispose]: () => {
      drawing.cancel();
      layer.cancel();
      canvas.width = 0; // gives its memory back at once
      text.replaceChildren();
    },
  };
}
