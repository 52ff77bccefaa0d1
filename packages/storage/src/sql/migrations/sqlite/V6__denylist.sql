-- Who and what is refused whatever else it proves: addresses, networks, accounts, clients.
CREATE TABLE denylist (
  id         BLOB NOT NULL,
  kind       TEXT NOT NULL,
  value      TEXT NOT NULL,
  reason     TEXT,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER
) STRICT;
CREATE UNIQUE INDEX denylist_id ON denylist (id);
CREATE UNIQUE INDEX denylist_value ON denylist (kind, value);
INSERT INTO versions (name, version) VALUES ('denylist', 0);
