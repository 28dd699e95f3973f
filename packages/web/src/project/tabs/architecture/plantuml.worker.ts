// The order matters: the layout engine looks for a document, and must not take the tiny one for a page.
import '@plantuml/core/viz-global.js';
import './tiny-dom.ts';
import { renderToString } from '@plantuml/core';

// It tells of every step that it takes, and of each of its own failures, which the answer tells as well.
console.log = () => {};
console.error = () => {};

/**
 * PlantUML, in a worker of its own: it is stopped when it takes too long, and by the policy that the hub gives this file it can fetch nothing
 * (`workerHeaders`). Answers each message with one of its own, in order.
 */
self.addEventListener('message', ({ data }: MessageEvent<{ lines: readonly string[]; isDark: boolean }>) => {
  renderToString(
    data.lines,
    (svg) => postMessage({ svg }),
    (problem) => postMessage({ problem }),
    { dark: data.isDark },
  );
});
