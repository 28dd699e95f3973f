import type * as schema from './schema.ts';

/** A row of a table of sessions.db, as SQLite returns it. */
export interface Row {
  sessions: typeof schema.sessions.$inferSelect;
  sessionEvents: typeof schema.sessionEvents.$inferSelect;
  machineCursor: typeof schema.machineCursor.$inferSelect;
  adapterMemory: typeof schema.adapterMemory.$inferSelect;
  outbox: typeof schema.outbox.$inferSelect;
  doneCommands: typeof schema.doneCommands.$inferSelect;
  asks: typeof schema.asks.$inferSelect;
  permissionRules: typeof schema.permissionRules.$inferSelect;
  settings: typeof schema.settings.$inferSelect;
  providerSessions: typeof schema.providerSessions.$inferSelect;
  spending: typeof schema.spending.$inferSelect;
  spendingMeters: typeof schema.spendingMeters.$inferSelect;
  sessionAnchors: typeof schema.sessionAnchors.$inferSelect;
  notifications: typeof schema.notifications.$inferSelect;
  sessionMetrics: typeof schema.sessionMetrics.$inferSelect;
  sessionMetricDays: typeof schema.sessionMetricDays.$inferSelect;
  sshSessions: typeof schema.sshSessions.$inferSelect;
  sessionMetricMeters: typeof schema.sessionMetricMeters.$inferSelect;
}
