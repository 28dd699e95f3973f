const KEY = 'agor.filesWrap';

/** Whether long lines were wrapped at the last visit. */
export function readWrap(): boolean {
  try {
    return localStorage.getItem(KEY) === 'true';
  } catch {
    return false; // storage is off
  }
}

export function writeWrap(wrap: boolean): void {
  try {
    localStorage.setItem(KEY, String(wrap));
  } catch {
    // Storage is full or off: the next visit begins without.
  }
}
