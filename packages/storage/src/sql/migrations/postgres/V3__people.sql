-- Second factors, one-time tickets, outgoing mail, and a security log for each person.

CREATE TABLE passkeys (
  id            bytea NOT NULL,
  credential_id text COLLATE "C" NOT NULL,
  user_id       bytea NOT NULL,
  public_key    text NOT NULL,
  counter       bigint NOT NULL,
  transports    text,
  name          text NOT NULL,
  is_backed_up  bigint NOT NULL,
  created_at    bigint NOT NULL,
  last_used_at  bigint,
  CONSTRAINT passkeys_id PRIMARY KEY (id)
);
CREATE UNIQUE INDEX passkeys_credential_id ON passkeys (credential_id);
CREATE INDEX passkeys_user_id ON passkeys (user_id);

CREATE TABLE totp_seeds (
  user_id     bytea NOT NULL,
  seed_sealed text NOT NULL,
  last_step   bigint NOT NULL,
  created_at  bigint NOT NULL,
  CONSTRAINT totp_seeds_user_id PRIMARY KEY (user_id)
);

CREATE TABLE recovery_codes (
  id         bytea NOT NULL,
  user_id    bytea NOT NULL,
  code_hash  bytea NOT NULL,
  created_at bigint NOT NULL,
  used_at    bigint,
  CONSTRAINT recovery_codes_id PRIMARY KEY (id)
);
CREATE INDEX recovery_codes_user_id ON recovery_codes (user_id);

CREATE TABLE tickets (
  id           bytea NOT NULL,
  secret_hash  bytea NOT NULL,
  purpose      text NOT NULL,
  user_id      bytea,
  email        text,
  user_version bigint NOT NULL,
  created_at   bigint NOT NULL,
  expires_at   bigint NOT NULL,
  used_at      bigint,
  CONSTRAINT tickets_id PRIMARY KEY (id)
);
CREATE INDEX tickets_user_id ON tickets (user_id) WHERE user_id IS NOT NULL;

-- A row is claimed by counting its attempts up. The message may hold a link, so it is sealed.
CREATE TABLE outgoing_mails (
  id              bytea NOT NULL,
  topic           text NOT NULL,
  message_sealed  text NOT NULL,
  attempts        bigint NOT NULL,
  next_attempt_at bigint NOT NULL,
  last_error      text,
  created_at      bigint NOT NULL,
  expires_at      bigint NOT NULL,
  CONSTRAINT outgoing_mails_id PRIMARY KEY (id)
);
CREATE INDEX outgoing_mails_due ON outgoing_mails (next_attempt_at);

-- Whom a record is about. Most records are about clients and tokens and pay nothing for the index.
ALTER TABLE audit_log ADD COLUMN subject bytea;
CREATE INDEX audit_log_subject ON audit_log (subject, id) WHERE subject IS NOT NULL;
