-- Accounts at other providers that people sign in with.
CREATE TABLE upstream_identities (
  id           bytea NOT NULL,
  user_id      bytea NOT NULL,
  provider     text COLLATE "C" NOT NULL,
  issuer       text,
  subject      text COLLATE "C" NOT NULL,
  email        text,
  name         text,
  created_at   bigint NOT NULL,
  last_used_at bigint,
  CONSTRAINT upstream_identities_id PRIMARY KEY (id)
);
CREATE UNIQUE INDEX upstream_identities_subject ON upstream_identities (provider, subject);
CREATE INDEX upstream_identities_user_id ON upstream_identities (user_id);
