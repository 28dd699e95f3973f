-- A refusal is remembered like a result: the same call again is refused with the same words, and leaves nothing twice.
ALTER TABLE done_operations ADD COLUMN failure TEXT;
CREATE INDEX done_by_time ON done_operations (at);

-- 1 until its recipient has read it or was told it in a prompt. What an agent was told stays unread until it reads it itself.
ALTER TABLE messages ADD COLUMN waiting INTEGER NOT NULL DEFAULT 1;
UPDATE messages SET waiting = 0 WHERE read = 1 OR EXISTS (
  SELECT 1 FROM seen_messages s WHERE s.agent_id = messages.to_agent AND s.message_id = messages.id);
CREATE INDEX messages_waiting ON messages (to_agent) WHERE waiting = 1;
-- Without it, each message that goes is looked for in every other one.
CREATE INDEX messages_reply ON messages (reply_to);
CREATE INDEX seen_by_delivery ON seen_messages (delivery_id);
-- A prompt that was handed over is in its session's log.
UPDATE deliveries SET text = '' WHERE done = 1;
