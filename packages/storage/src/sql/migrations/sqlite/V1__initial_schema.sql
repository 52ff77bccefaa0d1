-- Ids are 16-byte UUIDv7 and land at the end of their index. Times are seconds since the epoch.
-- Lists are JSON text; an empty list in an optional column is NULL, which keeps hot rows small.

CREATE TABLE clients (
  row_id                     BLOB NOT NULL,
  client_id                  TEXT NOT NULL,
  client_name                TEXT NOT NULL,
  application_type           TEXT NOT NULL,
  token_endpoint_auth_method TEXT NOT NULL,
  client_secret_hash         BLOB,
  redirect_uris              TEXT NOT NULL,
  grant_types                TEXT NOT NULL,
  scope                      TEXT NOT NULL,
  registered_by              TEXT NOT NULL,
  is_enabled                 INTEGER NOT NULL,
  tokens_valid_from          INTEGER NOT NULL,
  client_uri                 TEXT,
  logo_uri                   TEXT,
  policy_uri                 TEXT,
  tos_uri                    TEXT,
  contacts                   TEXT,
  created_at                 INTEGER NOT NULL,
  updated_at                 INTEGER NOT NULL,
  version                    INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX clients_row_id ON clients (row_id);
CREATE UNIQUE INDEX clients_client_id ON clients (client_id);

-- One row stands for the codes and access tokens of a deleted client until they have expired:
-- finding them by client would need an index that every issued token pays for.
CREATE TABLE deleted_clients (
  client_id     TEXT NOT NULL,
  last_token_id BLOB,
  last_code_id  BLOB
) STRICT;
CREATE UNIQUE INDEX deleted_clients_client_id ON deleted_clients (client_id);

CREATE TABLE users (
  id            BLOB NOT NULL,
  username      TEXT NOT NULL,
  username_key  TEXT NOT NULL,
  email         TEXT,
  email_key     TEXT,
  password_hash TEXT,
  role          TEXT NOT NULL,
  is_enabled    INTEGER NOT NULL,
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL,
  version       INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_id ON users (id);
CREATE UNIQUE INDEX users_username_key ON users (username_key);
CREATE UNIQUE INDEX users_email_key ON users (email_key) WHERE email_key IS NOT NULL;

CREATE TABLE sessions (
  id           BLOB NOT NULL,
  secret_hash  BLOB NOT NULL,
  user_id      BLOB NOT NULL,
  auth_time    INTEGER NOT NULL,
  amr          TEXT,
  user_agent   TEXT,
  ip           TEXT,
  created_at   INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  revoked_at   INTEGER
) STRICT;
CREATE UNIQUE INDEX sessions_id ON sessions (id);
CREATE INDEX sessions_user_id ON sessions (user_id);

CREATE TABLE consents (
  id            BLOB NOT NULL,
  user_id       BLOB NOT NULL,
  client_id     TEXT NOT NULL,
  scope         TEXT NOT NULL,
  client_digest TEXT NOT NULL,
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX consents_id ON consents (id);
CREATE UNIQUE INDEX consents_user_client ON consents (user_id, client_id);
CREATE INDEX consents_client_id ON consents (client_id);

CREATE TABLE authorization_codes (
  id             BLOB NOT NULL,
  secret_hash    BLOB NOT NULL,
  client_id      TEXT NOT NULL,
  user_id        BLOB NOT NULL,
  session_id     BLOB,
  redirect_uri   TEXT NOT NULL,
  scope          TEXT NOT NULL,
  resources      TEXT,
  code_challenge TEXT NOT NULL,
  nonce          TEXT,
  auth_time      INTEGER NOT NULL,
  amr            TEXT,
  family_id      BLOB NOT NULL,
  created_at     INTEGER NOT NULL,
  expires_at     INTEGER NOT NULL,
  used_at        INTEGER
) STRICT;
CREATE UNIQUE INDEX authorization_codes_id ON authorization_codes (id);

CREATE TABLE token_families (
  id         BLOB NOT NULL,
  client_id  TEXT NOT NULL,
  user_id    BLOB NOT NULL,
  session_id BLOB,
  scope      TEXT NOT NULL,
  is_offline INTEGER NOT NULL,
  resources  TEXT,
  auth_time  INTEGER NOT NULL,
  amr        TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;
CREATE UNIQUE INDEX token_families_id ON token_families (id);
CREATE INDEX token_families_user_client ON token_families (user_id, client_id);
CREATE INDEX token_families_session ON token_families (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX token_families_client ON token_families (client_id);

-- The hot table: client_credentials writes one row and one index entry, both at the end.
CREATE TABLE tokens (
  id         BLOB NOT NULL,
  hash       BLOB NOT NULL,
  client_id  TEXT NOT NULL,
  user_id    BLOB,
  family_id  BLOB,
  scope      TEXT NOT NULL,
  audience   TEXT,
  issued_at  INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;
CREATE UNIQUE INDEX tokens_id ON tokens (id);
CREATE INDEX tokens_family ON tokens (family_id) WHERE family_id IS NOT NULL;

CREATE TABLE refresh_tokens (
  id               BLOB NOT NULL,
  secret_hash      BLOB NOT NULL,
  family_id        BLOB NOT NULL,
  client_id        TEXT NOT NULL,
  created_at       INTEGER NOT NULL,
  expires_at       INTEGER NOT NULL,
  used_at          INTEGER,
  successor_sealed TEXT,
  grace_uses       INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX refresh_tokens_id ON refresh_tokens (id);
CREATE INDEX refresh_tokens_family ON refresh_tokens (family_id);

CREATE TABLE signing_keys (
  kid                TEXT NOT NULL,
  algorithm          TEXT NOT NULL,
  state              TEXT NOT NULL,
  public_jwk         TEXT NOT NULL,
  sealed_private_key TEXT NOT NULL,
  created_at         INTEGER NOT NULL,
  state_changed_at   INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX signing_keys_kid ON signing_keys (kid);

CREATE TABLE used_once (
  purpose    TEXT NOT NULL,
  id         TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX used_once_purpose_id ON used_once (purpose, id);
CREATE INDEX used_once_expires_at ON used_once (expires_at);

CREATE TABLE initial_access_tokens (
  id          BLOB NOT NULL,
  secret_hash BLOB NOT NULL,
  uses_left   INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX initial_access_tokens_id ON initial_access_tokens (id);

CREATE TABLE setup_links (
  id          BLOB NOT NULL,
  secret_hash BLOB NOT NULL,
  username    TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL,
  used_at     INTEGER
) STRICT;
CREATE UNIQUE INDEX setup_links_id ON setup_links (id);

CREATE TABLE throttles (
  key               TEXT NOT NULL,
  failures          INTEGER NOT NULL,
  window_started_at INTEGER NOT NULL,
  blocked_until     INTEGER NOT NULL,
  expires_at        INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX throttles_key ON throttles (key);
CREATE INDEX throttles_expires_at ON throttles (expires_at);

CREATE TABLE audit_log (
  id          BLOB NOT NULL,
  action      TEXT NOT NULL,
  actor       TEXT,
  target_kind TEXT NOT NULL,
  target_id   TEXT NOT NULL,
  ip          TEXT,
  metadata    TEXT,
  created_at  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX audit_log_id ON audit_log (id);

CREATE TABLE versions (
  name    TEXT NOT NULL,
  version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX versions_name ON versions (name);
INSERT INTO versions (name, version) VALUES ('clients', 0), ('keys', 0);
