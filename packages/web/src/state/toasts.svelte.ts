/** Shown at once; what is pushed out is in the notification centre, or was a failure that the person saw. */
export const MAX_TOASTS = 5;

export interface Toast {
  readonly id: string;
  readonly level: 'success' | 'error' | 'warning' | 'info';
  readonly title: string;
  readonly body: string;
  /** How long it stays, in ms; null: until it is closed. */
  readonly ms: number | null;
  /** What a click on it does, besides closing it. */
  readonly onopen?: () => void;
}

interface Countdown {
  /** Ms that are left to it. */
  left: number;
  since: number;
  timer: ReturnType<typeof setTimeout> | null;
}

/** Short messages in the corner. Their time runs only while the page is seen and nobody points at them. */
export class ToastStore implements Disposable {
  /** Oldest first. */
  list = $state.raw<readonly Toast[]>([]);
  readonly #countdowns = new Map<string, Countdown>();
  #held = false;
  readonly #onVisibility = () => this.#run();

  constructor() {
    document.addEventListener('visibilitychange', this.#onVisibility);
  }

  /** Shows one; the one with the same id is replaced. */
  add(toast: Toast): void {
    this.close(toast.id);
    if (this.list.length >= MAX_TOASTS) {
      const least = this.list.find(({ ms }) => ms !== null) ?? this.list[0];
      if (least) this.close(least.id);
    }
    this.list = [...this.list, toast];
    if (toast.ms === null) return;
    this.#countdowns.set(toast.id, { left: toast.ms, since: 0, timer: null });
    this.#run();
  }

  close(id: string): void {
    this.#pause(id);
    this.#countdowns.delete(id);
    if (this.list.some((toast) => toast.id === id)) this.list = this.list.filter((toast) => toast.id !== id);
  }

  /** While the person reads them: none goes. */
  hold(held: boolean): void {
    this.#held = held;
    this.#run();
  }

  [Symbol.dispose](): void {
    document.removeEventListener('visibilitychange', this.#onVisibility);
    for (const id of this.#countdowns.keys()) this.#pause(id);
  }

  #run(): void {
    const stands = this.#held || document.hidden;
    for (const [id, countdown] of this.#countdowns) {
      if (stands) this.#pause(id);
      else if (countdown.timer === null) {
        countdown.since = performance.now();
        countdown.timer = setTimeout(() => this.close(id), countdown.left);
      }
    }
  }

  #pause(id: string): void {
    const countdown = this.#countdowns.get(id);
    if (!countdown || countdown.timer === null) return;
    clearTimeout(countdown.timer);
    countdown.timer = null;
    countdown.left = Math.max(0, countdown.left - (performance.now() - countdown.since));
  }
}
