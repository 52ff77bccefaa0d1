-- Events wait here, in the order of their commits, until every backend has them.
CREATE TABLE outbox (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  key        TEXT NOT NULL,
  payload    TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- How far each backend has come. One process at a time holds the lease of a backend.
CREATE TABLE outbox_sinks (
  name        TEXT NOT NULL,
  cursor_seq  INTEGER NOT NULL,
  epoch       INTEGER NOT NULL,
  owner       TEXT NOT NULL,
  lease_until INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX outbox_sinks_name ON outbox_sinks (name);

-- Events that a backend would not take, and those that wait behind them; dead_at marks dead letters.
CREATE TABLE outbox_parked (
  sink            TEXT NOT NULL,
  seq             INTEGER NOT NULL,
  key             TEXT NOT NULL,
  payload         TEXT NOT NULL,
  attempts        INTEGER NOT NULL,
  next_attempt_at INTEGER NOT NULL,
  error           TEXT,
  created_at      INTEGER NOT NULL,
  dead_at         INTEGER
) STRICT;
CREATE UNIQUE INDEX outbox_parked_place ON outbox_parked (sink, seq);
CREATE INDEX outbox_parked_waiting ON outbox_parked (sink, seq) WHERE dead_at IS NULL;
CREATE INDEX outbox_parked_dead ON outbox_parked (seq, sink) WHERE dead_at IS NOT NULL;

-- The place of a record in the chain and the hash that ties it to all before it, set after its commit.
ALTER TABLE audit_log ADD COLUMN seq INTEGER;
ALTER TABLE audit_log ADD COLUMN hash BLOB;
CREATE UNIQUE INDEX audit_log_seq ON audit_log (seq) WHERE seq IS NOT NULL;
CREATE INDEX audit_log_unchained ON audit_log (id) WHERE seq IS NULL;

-- Both ends of the chain: what retention removed up to "base", and the newest record, "head".
CREATE TABLE audit_marks (
  name TEXT NOT NULL,
  seq  INTEGER NOT NULL,
  hash BLOB NOT NULL,
  mac  BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX audit_marks_name ON audit_marks (name);
INSERT INTO audit_marks (name, seq, hash, mac) VALUES ('base', 0, x'', x''), ('head', 0, x'', x'');
