-- Who and what is refused whatever else it proves: addresses, networks, accounts, clients.
CREATE TABLE denylist (
  id         bytea NOT NULL,
  kind       text COLLATE "C" NOT NULL,
  value      text COLLATE "C" NOT NULL,
  reason     text,
  created_by text NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint,
  CONSTRAINT denylist_id PRIMARY KEY (id)
);
CREATE UNIQUE INDEX denylist_value ON denylist (kind, value);
INSERT INTO versions (name, version) VALUES ('denylist', 0);
