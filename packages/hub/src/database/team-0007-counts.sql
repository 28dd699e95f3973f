-- How much an agent has not read, and how much waits for it: looked at with every message, so it must not be counted each time.
ALTER TABLE agents ADD COLUMN unread INTEGER NOT NULL DEFAULT 0;
ALTER TABLE agents ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0;
UPDATE agents SET
  unread = (SELECT count(*) FROM messages WHERE to_agent = agents.id AND read = 0),
  waiting = (SELECT count(*) FROM messages WHERE to_agent = agents.id AND waiting = 1);
CREATE TRIGGER messages_counted AFTER INSERT ON messages BEGIN
  UPDATE agents SET unread = unread + (NEW.read = 0), waiting = waiting + NEW.waiting WHERE id = NEW.to_agent;
END;
CREATE TRIGGER messages_recounted AFTER UPDATE OF read, waiting ON messages BEGIN
  UPDATE agents SET unread = unread + (NEW.read = 0) - (OLD.read = 0), waiting = waiting + NEW.waiting - OLD.waiting
   WHERE id = NEW.to_agent;
END;
CREATE TRIGGER messages_uncounted AFTER DELETE ON messages BEGIN
  UPDATE agents SET unread = unread - (OLD.read = 0), waiting = waiting - OLD.waiting WHERE id = OLD.to_agent;
END;
