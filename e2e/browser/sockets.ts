import type { Page, WebSocketRoute } from '@playwright/test';

/** Sits between the page and the hub: cuts connections as a network does, and counts how often the page comes back. */
export class Sockets {
  readonly #open = new Set<{ page: WebSocketRoute; server: WebSocketRoute }>();
  /** Connections that the page has made to this path so far. */
  #made = 0;

  private constructor() {}

  /** Takes effect for connections that are made from now on: reload the page. */
  static async between(page: Page, path: RegExp): Promise<Sockets> {
    const sockets = new Sockets();
    await page.routeWebSocket(path, (route) => {
      sockets.#made += 1;
      sockets.#open.add({ page: route, server: route.connectToServer() });
    });
    return sockets;
  }

  get made(): number {
    return this.#made;
  }

  /** Drops every connection, at both ends. */
  async cut(): Promise<void> {
    const open = [...this.#open];
    this.#open.clear();
    await Promise.all(open.flatMap(({ page, server }) => [page.close({ code: 3001 }), server.close({ code: 3001 })]));
  }
}
