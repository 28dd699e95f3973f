/** One thing that was looked at. `bad` must be mended, `warn` may be meant so, `info` is only told. */
export interface Finding {
  readonly name: string;
  readonly state: 'good' | 'info' | 'warn' | 'bad';
  readonly detail: string;
}
