-- Second factors, one-time tickets, outgoing mail, and a security log for each person.

CREATE TABLE passkeys (
  id            BLOB NOT NULL,
  credential_id TEXT NOT NULL,
  user_id       BLOB NOT NULL,
  public_key    TEXT NOT NULL,
  counter       INTEGER NOT NULL,
  transports    TEXT,
  name          TEXT NOT NULL,
  is_backed_up  INTEGER NOT NULL,
  created_at    INTEGER NOT NULL,
  last_used_at  INTEGER
) STRICT;
CREATE UNIQUE INDEX passkeys_id ON passkeys (id);
CREATE UNIQUE INDEX passkeys_credential_id ON passkeys (credential_id);
CREATE INDEX passkeys_user_id ON passkeys (user_id);

CREATE TABLE totp_seeds (
  user_id     BLOB NOT NULL,
  seed_sealed TEXT NOT NULL,
  last_step   INTEGER NOT NULL,
  created_at  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX totp_seeds_user_id ON totp_seeds (user_id);

CREATE TABLE recovery_codes (
  id         BLOB NOT NULL,
  user_id    BLOB NOT NULL,
  code_hash  BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  used_at    INTEGER
) STRICT;
CREATE UNIQUE INDEX recovery_codes_id ON recovery_codes (id);
CREATE INDEX recovery_codes_user_id ON recovery_codes (user_id);

CREATE TABLE tickets (
  id           BLOB NOT NULL,
  secret_hash  BLOB NOT NULL,
  purpose      TEXT NOT NULL,
  user_id      BLOB,
  email        TEXT,
  user_version INTEGER NOT NULL,
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  used_at      INTEGER
) STRICT;
CREATE UNIQUE INDEX tickets_id ON tickets (id);
CREATE INDEX tickets_user_id ON tickets (user_id) WHERE user_id IS NOT NULL;

-- A row is claimed by counting its attempts up. The message may hold a link, so it is sealed.
CREATE TABLE outgoing_mails (
  id              BLOB NOT NULL,
  topic           TEXT NOT NULL,
  message_sealed  TEXT NOT NULL,
  attempts        INTEGER NOT NULL,
  next_attempt_at INTEGER NOT NULL,
  last_error      TEXT,
  created_at      INTEGER NOT NULL,
  expires_at      INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX outgoing_mails_id ON outgoing_mails (id);
CREATE INDEX outgoing_mails_due ON outgoing_mails (next_attempt_at);

-- Whom a record is about. Most records are about clients and tokens and pay nothing for the index.
ALTER TABLE audit_log ADD COLUMN subject BLOB;
CREATE INDEX audit_log_subject ON audit_log (subject, id) WHERE subject IS NOT NULL;
