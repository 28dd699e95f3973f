declare module '@plantuml/core/viz-global.js';
declare module '@plantuml/core' {
  /** One at a time: the engine keeps state of its own. */
  export function renderToString(
    lines: readonly string[],
    onSuccess: (svg: string) => void,
    onError: (message: string) => void,
    options?: { readonly dark?: boolean },
  ): void;
}
