-- The tables of the SQLite schema, column by column. Ids are 16-byte UUIDv7 and land at the end of
-- their index. Times are seconds since the epoch, flags are 0 and 1. Lists are JSON text; an empty list
-- in an optional column is NULL, which keeps hot rows small. Keys are compared byte by byte, so that no
-- index depends on the collations of the operating system.

CREATE TABLE clients (
  row_id                     bytea NOT NULL,
  client_id                  text COLLATE "C" NOT NULL,
  client_name                text NOT NULL,
  application_type           text NOT NULL,
  token_endpoint_auth_method text NOT NULL,
  client_secret_hash         bytea,
  redirect_uris              text NOT NULL,
  grant_types                text NOT NULL,
  scope                      text NOT NULL,
  registered_by              text NOT NULL,
  is_enabled                 bigint NOT NULL,
  tokens_valid_from          bigint NOT NULL,
  client_uri                 text,
  logo_uri                   text,
  policy_uri                 text,
  tos_uri                    text,
  contacts                   text,
  created_at                 bigint NOT NULL,
  updated_at                 bigint NOT NULL,
  version                    bigint NOT NULL,
  CONSTRAINT clients_row_id PRIMARY KEY (row_id)
);
CREATE UNIQUE INDEX clients_client_id ON clients (client_id);

-- One row stands for the codes and access tokens of a deleted client until they have expired:
-- finding them by client would need an index that every issued token pays for.
CREATE TABLE deleted_clients (
  client_id     text COLLATE "C" NOT NULL,
  last_token_id bytea,
  last_code_id  bytea,
  CONSTRAINT deleted_clients_client_id PRIMARY KEY (client_id)
);

CREATE TABLE users (
  id            bytea NOT NULL,
  username      text NOT NULL,
  username_key  text COLLATE "C" NOT NULL,
  email         text,
  email_key     text COLLATE "C",
  password_hash text,
  role          text NOT NULL,
  is_enabled    bigint NOT NULL,
  created_at    bigint NOT NULL,
  updated_at    bigint NOT NULL,
  version       bigint NOT NULL,
  CONSTRAINT users_id PRIMARY KEY (id)
);
CREATE UNIQUE INDEX users_username_key ON users (username_key);
CREATE UNIQUE INDEX users_email_key ON users (email_key) WHERE email_key IS NOT NULL;

CREATE TABLE sessions (
  id           bytea NOT NULL,
  secret_hash  bytea NOT NULL,
  user_id      bytea NOT NULL,
  auth_time    bigint NOT NULL,
  amr          text,
  user_agent   text,
  ip           text,
  created_at   bigint NOT NULL,
  last_seen_at bigint NOT NULL,
  expires_at   bigint NOT NULL,
  revoked_at   bigint,
  CONSTRAINT sessions_id PRIMARY KEY (id)
);
CREATE INDEX sessions_user_id ON sessions (user_id);

CREATE TABLE consents (
  id            bytea NOT NULL,
  user_id       bytea NOT NULL,
  client_id     text COLLATE "C" NOT NULL,
  scope         text NOT NULL,
  client_digest text NOT NULL,
  created_at    bigint NOT NULL,
  updated_at    bigint NOT NULL,
  CONSTRAINT consents_id PRIMARY KEY (id)
);
CREATE UNIQUE INDEX consents_user_client ON consents (user_id, client_id);
CREATE INDEX consents_client_id ON consents (client_id);

CREATE TABLE authorization_codes (
  id             bytea NOT NULL,
  secret_hash    bytea NOT NULL,
  client_id      text COLLATE "C" NOT NULL,
  user_id        bytea NOT NULL,
  session_id     bytea,
  redirect_uri   text NOT NULL,
  scope          text NOT NULL,
  resources      text,
  code_challenge text NOT NULL,
  nonce          text,
  auth_time      bigint NOT NULL,
  amr            text,
  family_id      bytea NOT NULL,
  created_at     bigint NOT NULL,
  expires_at     bigint NOT NULL,
  used_at        bigint,
  CONSTRAINT authorization_codes_id PRIMARY KEY (id)
);

CREATE TABLE token_families (
  id         bytea NOT NULL,
  client_id  text COLLATE "C" NOT NULL,
  user_id    bytea NOT NULL,
  session_id bytea,
  scope      text NOT NULL,
  is_offline bigint NOT NULL,
  resources  text,
  auth_time  bigint NOT NULL,
  amr        text,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  revoked_at bigint,
  CONSTRAINT token_families_id PRIMARY KEY (id)
);
CREATE INDEX token_families_user_client ON token_families (user_id, client_id);
CREATE INDEX token_families_session ON token_families (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX token_families_client ON token_families (client_id);

-- The hot table: client_credentials writes one row and one index entry, both at the end.
CREATE TABLE tokens (
  id         bytea NOT NULL,
  hash       bytea NOT NULL,
  client_id  text COLLATE "C" NOT NULL,
  user_id    bytea,
  family_id  bytea,
  scope      text NOT NULL,
  audience   text,
  issued_at  bigint NOT NULL,
  expires_at bigint NOT NULL,
  revoked_at bigint,
  CONSTRAINT tokens_id PRIMARY KEY (id)
);
CREATE INDEX tokens_family ON tokens (family_id) WHERE family_id IS NOT NULL;

CREATE TABLE refresh_tokens (
  id               bytea NOT NULL,
  secret_hash      bytea NOT NULL,
  family_id        bytea NOT NULL,
  client_id        text COLLATE "C" NOT NULL,
  created_at       bigint NOT NULL,
  expires_at       bigint NOT NULL,
  used_at          bigint,
  successor_sealed text,
  grace_uses       bigint NOT NULL,
  CONSTRAINT refresh_tokens_id PRIMARY KEY (id)
);
CREATE INDEX refresh_tokens_family ON refresh_tokens (family_id);

CREATE TABLE signing_keys (
  kid                text COLLATE "C" NOT NULL,
  algorithm          text NOT NULL,
  state              text NOT NULL,
  public_jwk         text NOT NULL,
  sealed_private_key text NOT NULL,
  created_at         bigint NOT NULL,
  state_changed_at   bigint NOT NULL,
  CONSTRAINT signing_keys_kid PRIMARY KEY (kid)
);

CREATE TABLE used_once (
  purpose    text COLLATE "C" NOT NULL,
  id         text COLLATE "C" NOT NULL,
  expires_at bigint NOT NULL,
  CONSTRAINT used_once_purpose_id PRIMARY KEY (purpose, id)
);
CREATE INDEX used_once_expires_at ON used_once (expires_at);

CREATE TABLE initial_access_tokens (
  id          bytea NOT NULL,
  secret_hash bytea NOT NULL,
  uses_left   bigint NOT NULL,
  created_at  bigint NOT NULL,
  expires_at  bigint NOT NULL,
  CONSTRAINT initial_access_tokens_id PRIMARY KEY (id)
);

CREATE TABLE setup_links (
  id          bytea NOT NULL,
  secret_hash bytea NOT NULL,
  username    text NOT NULL,
  created_at  bigint NOT NULL,
  expires_at  bigint NOT NULL,
  used_at     bigint,
  CONSTRAINT setup_links_id PRIMARY KEY (id)
);

CREATE TABLE throttles (
  key               text COLLATE "C" NOT NULL,
  failures          bigint NOT NULL,
  window_started_at bigint NOT NULL,
  blocked_until     bigint NOT NULL,
  expires_at        bigint NOT NULL,
  CONSTRAINT throttles_key PRIMARY KEY (key)
);
CREATE INDEX throttles_expires_at ON throttles (expires_at);

CREATE TABLE audit_log (
  id          bytea NOT NULL,
  action      text NOT NULL,
  actor       text,
  target_kind text NOT NULL,
  target_id   text NOT NULL,
  ip          text,
  metadata    text,
  created_at  bigint NOT NULL,
  CONSTRAINT audit_log_id PRIMARY KEY (id)
);

CREATE TABLE versions (
  name    text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT versions_name PRIMARY KEY (name)
);
INSERT INTO versions (name, version) VALUES ('clients', 0), ('keys', 0);
