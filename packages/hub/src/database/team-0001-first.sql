-- btmsg.db: what agents say to each other and work on (spec §6.1). Times are ms since the epoch.
CREATE TABLE agents (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  -- null: the operator and agor itself, who belong to every group
  group_id TEXT,
  tier INTEGER NOT NULL,
  model TEXT,
  cwd TEXT,
  -- 0 once it is in no group any more: what it said stays
  present INTEGER NOT NULL DEFAULT 1,
  last_active_at INTEGER,
  created_at INTEGER NOT NULL
);
CREATE INDEX agents_by_group ON agents (group_id);

-- source: 'rule' made from the groups and remade with them; 'allowed' given by a person or a manager, and kept
CREATE TABLE contacts (
  agent_id TEXT NOT NULL REFERENCES agents (id),
  contact_id TEXT NOT NULL REFERENCES agents (id),
  source TEXT NOT NULL,
  PRIMARY KEY (agent_id, contact_id)
);

CREATE TABLE messages (
  id TEXT PRIMARY KEY,
  from_agent TEXT NOT NULL REFERENCES agents (id),
  to_agent TEXT NOT NULL REFERENCES agents (id),
  content TEXT NOT NULL,
  read INTEGER NOT NULL DEFAULT 0,
  reply_to TEXT REFERENCES messages (id),
  thread_id TEXT NOT NULL,
  hops INTEGER NOT NULL DEFAULT 0,
  group_id TEXT,
  sender_group_id TEXT,
  created_at INTEGER NOT NULL
);
CREATE INDEX messages_to ON messages (to_agent, read, created_at);
CREATE INDEX messages_from ON messages (from_agent, created_at);
CREATE INDEX messages_group ON messages (group_id, created_at);
CREATE INDEX messages_thread ON messages (thread_id, created_at);

CREATE TABLE channels (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  group_id TEXT NOT NULL,
  created_by TEXT NOT NULL REFERENCES agents (id),
  created_at INTEGER NOT NULL,
  UNIQUE (group_id, name)
);
CREATE TABLE channel_members (
  channel_id TEXT NOT NULL REFERENCES channels (id),
  agent_id TEXT NOT NULL REFERENCES agents (id),
  joined_at INTEGER NOT NULL,
  PRIMARY KEY (channel_id, agent_id)
);
CREATE TABLE channel_messages (
  id TEXT PRIMARY KEY,
  channel_id TEXT NOT NULL REFERENCES channels (id),
  from_agent TEXT NOT NULL REFERENCES agents (id),
  content TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX channel_messages_by_channel ON channel_messages (channel_id, created_at);

-- What is to reach an agent as a prompt: put together once, so that a repeat after a crash is the same prompt.
CREATE TABLE deliveries (
  id TEXT PRIMARY KEY,
  agent_id TEXT NOT NULL REFERENCES agents (id),
  session_id TEXT NOT NULL,
  -- as it goes out: a repeat is the same prompt, whatever anyone is called by then
  text TEXT NOT NULL,
  done INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
);
CREATE INDEX deliveries_open ON deliveries (done) WHERE done = 0;
CREATE TABLE seen_messages (
  agent_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  delivery_id TEXT NOT NULL REFERENCES deliveries (id),
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (agent_id, message_id)
);

CREATE TABLE tasks (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL DEFAULT 'todo',
  priority TEXT NOT NULL DEFAULT 'medium',
  assigned_to TEXT REFERENCES agents (id),
  created_by TEXT NOT NULL REFERENCES agents (id),
  group_id TEXT NOT NULL,
  parent_task_id TEXT REFERENCES tasks (id),
  sort_order REAL NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX tasks_by_group ON tasks (group_id, status);
CREATE INDEX tasks_by_assignee ON tasks (assigned_to);
CREATE INDEX tasks_by_parent ON tasks (parent_task_id);
CREATE TABLE task_dependencies (
  task_id TEXT NOT NULL REFERENCES tasks (id),
  depends_on TEXT NOT NULL REFERENCES tasks (id),
  PRIMARY KEY (task_id, depends_on)
);
CREATE TABLE task_comments (
  id TEXT PRIMARY KEY,
  task_id TEXT NOT NULL REFERENCES tasks (id),
  agent_id TEXT NOT NULL REFERENCES agents (id),
  content TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX task_comments_by_task ON task_comments (task_id, created_at);

CREATE TABLE dead_letter_queue (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  from_agent TEXT NOT NULL,
  to_agent TEXT NOT NULL,
  content TEXT NOT NULL,
  error TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE TABLE audit_log (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  agent_id TEXT NOT NULL,
  event_type TEXT NOT NULL,
  detail TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX audit_by_agent ON audit_log (agent_id, id);
CREATE INDEX audit_by_type ON audit_log (event_type, id);

-- One operation is done once, whoever repeats it (spec §5.2 of the architecture).
CREATE TABLE done_operations (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  result TEXT NOT NULL
);
