-- What the person was told of. A cleared one is kept for a while, so that what it told is not told again.
CREATE TABLE notifications (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  -- what happened: the same is never told twice
  key TEXT NOT NULL,
  json TEXT NOT NULL,
  read INTEGER NOT NULL,
  cleared INTEGER NOT NULL
);
CREATE UNIQUE INDEX notifications_by_id ON notifications (id);
CREATE UNIQUE INDEX notifications_by_key ON notifications (key);
