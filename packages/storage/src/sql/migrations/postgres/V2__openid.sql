-- What OpenID Connect adds. Hot rows grow by nullable columns only; `tokens` stays as it is.
-- JSON columns are NULL where there is nothing to say.

ALTER TABLE clients ADD COLUMN client_secret_sealed text;
ALTER TABLE clients ADD COLUMN client_secret_expires_at bigint;
ALTER TABLE clients ADD COLUMN registration_token_hash bytea;
ALTER TABLE clients ADD COLUMN metadata text;

ALTER TABLE users ADD COLUMN claims text;

ALTER TABLE authorization_codes ADD COLUMN openid text;
ALTER TABLE token_families ADD COLUMN openid text;

-- The queue of back-channel logouts. A row is claimed by counting its attempts up.
CREATE TABLE logout_deliveries (
  id              bytea NOT NULL,
  client_id       text NOT NULL,
  user_id         bytea NOT NULL,
  session_id      bytea NOT NULL,
  attempts        bigint NOT NULL,
  next_attempt_at bigint NOT NULL,
  created_at      bigint NOT NULL,
  expires_at      bigint NOT NULL,
  CONSTRAINT logout_deliveries_id PRIMARY KEY (id)
);
CREATE INDEX logout_deliveries_due ON logout_deliveries (next_attempt_at);
