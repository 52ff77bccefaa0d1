-- Accounts at other providers that people sign in with.
CREATE TABLE upstream_identities (
  id           BLOB NOT NULL,
  user_id      BLOB NOT NULL,
  provider     TEXT NOT NULL,
  issuer       TEXT,
  subject      TEXT NOT NULL,
  email        TEXT,
  name         TEXT,
  created_at   INTEGER NOT NULL,
  last_used_at INTEGER
) STRICT;
CREATE UNIQUE INDEX upstream_identities_id ON upstream_identities (id);
CREATE UNIQUE INDEX upstream_identities_subject ON upstream_identities (provider, subject);
CREATE INDEX upstream_identities_user_id ON upstream_identities (user_id);
