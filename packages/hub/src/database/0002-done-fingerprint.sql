-- What a command id was used for. NULL for commands that were done before this was kept.
ALTER TABLE done_commands ADD COLUMN fingerprint TEXT;
