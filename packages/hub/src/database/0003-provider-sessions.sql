-- Which of agor's sessions goes on with which conversation of a provider's: an import finds it, and does not import it again.
CREATE TABLE provider_sessions (
  provider TEXT NOT NULL,
  provider_session_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  PRIMARY KEY (provider, provider_session_id)
) WITHOUT ROWID;
INSERT OR IGNORE INTO provider_sessions (provider, provider_session_id, session_id)
  SELECT json_extract(state, '$.provider'), json_extract(state, '$.providerSessionId'), id
    FROM sessions WHERE json_extract(state, '$.providerSessionId') IS NOT NULL ORDER BY created_at;
