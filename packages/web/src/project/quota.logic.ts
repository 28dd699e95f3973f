/** When a quota window begins anew: "resets in 2 h 10 m", "resets at 14:30"; empty when the vendor does not say. */
export function resetText(resetsAt: number | null, now: number): string {
  if (resetsAt === null) return '';
  const minutes = Math.ceil((resetsAt - now) / 60_000);
  if (minutes <= 0) return 'resets now';
  if (minutes < 60) return `resets in ${minutes} m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? `resets in ${hours} h ${minutes % 60} m`
    : `resets in ${Math.floor(hours / 24)} d ${hours % 24} h`;
}
