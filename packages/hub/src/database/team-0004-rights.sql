-- Whose rights an agent has: for a role that the person made up, those of a known one.
ALTER TABLE agents ADD COLUMN rights TEXT NOT NULL DEFAULT 'project';
