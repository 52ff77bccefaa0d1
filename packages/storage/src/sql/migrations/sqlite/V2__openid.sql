-- What OpenID Connect adds. Hot rows grow by nullable columns only; `tokens` stays as it is.
-- JSON columns are NULL where there is nothing to say.

ALTER TABLE clients ADD COLUMN client_secret_sealed TEXT;
ALTER TABLE clients ADD COLUMN client_secret_expires_at INTEGER;
ALTER TABLE clients ADD COLUMN registration_token_hash BLOB;
ALTER TABLE clients ADD COLUMN metadata TEXT;

ALTER TABLE users ADD COLUMN claims TEXT;

ALTER TABLE authorization_codes ADD COLUMN openid TEXT;
ALTER TABLE token_families ADD COLUMN openid TEXT;

-- The queue of back-channel logouts. A row is claimed by counting its attempts up.
CREATE TABLE logout_deliveries (
  id              BLOB NOT NULL,
  client_id       TEXT NOT NULL,
  user_id         BLOB NOT NULL,
  session_id      BLOB NOT NULL,
  attempts        INTEGER NOT NULL,
  next_attempt_at INTEGER NOT NULL,
  created_at      INTEGER NOT NULL,
  expires_at      INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX logout_deliveries_id ON logout_deliveries (id);
CREATE INDEX logout_deliveries_due ON logout_deliveries (next_attempt_at);
