-- Events wait here until every backend has them. Commits overlap, so `ord` may appear out of order: a
-- place (`seq`) is given after the commit, and never before a place that was given already.
CREATE TABLE outbox (
  ord        bigint GENERATED ALWAYS AS IDENTITY,
  seq        bigint,
  key        text COLLATE "C" NOT NULL,
  payload    text NOT NULL,
  created_at bigint NOT NULL
-- Rows come and go by the thousand: what they leave behind is swept before readers have to step over it.
) WITH (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 10000
);
CREATE INDEX outbox_unplaced ON outbox (ord) WHERE seq IS NULL;
CREATE UNIQUE INDEX outbox_seq ON outbox (seq) WHERE seq IS NOT NULL;
INSERT INTO versions (name, version) VALUES ('outbox', 0);

-- How far each backend has come. One process at a time holds the lease of a backend.
CREATE TABLE outbox_sinks (
  name        text COLLATE "C" NOT NULL,
  cursor_seq  bigint NOT NULL,
  epoch       bigint NOT NULL,
  owner       text NOT NULL,
  lease_until bigint NOT NULL,
  CONSTRAINT outbox_sinks_name PRIMARY KEY (name)
);

-- Events that a backend would not take, and those that wait behind them; dead_at marks dead letters.
CREATE TABLE outbox_parked (
  sink            text COLLATE "C" NOT NULL,
  seq             bigint NOT NULL,
  key             text COLLATE "C" NOT NULL,
  payload         text NOT NULL,
  attempts        bigint NOT NULL,
  next_attempt_at bigint NOT NULL,
  error           text,
  created_at      bigint NOT NULL,
  dead_at         bigint,
  CONSTRAINT outbox_parked_place PRIMARY KEY (sink, seq)
);
CREATE INDEX outbox_parked_waiting ON outbox_parked (sink, seq) WHERE dead_at IS NULL;
CREATE INDEX outbox_parked_dead ON outbox_parked (seq, sink) WHERE dead_at IS NOT NULL;

-- The place of a record in the chain and the hash that ties it to all before it, set after its commit.
ALTER TABLE audit_log ADD COLUMN seq bigint;
ALTER TABLE audit_log ADD COLUMN hash bytea;
CREATE UNIQUE INDEX audit_log_seq ON audit_log (seq) WHERE seq IS NOT NULL;
CREATE INDEX audit_log_unchained ON audit_log (id) WHERE seq IS NULL;

-- Both ends of the chain: what retention removed up to "base", and the newest record, "head".
CREATE TABLE audit_marks (
  name text NOT NULL,
  seq  bigint NOT NULL,
  hash bytea NOT NULL,
  mac  bytea NOT NULL,
  CONSTRAINT audit_marks_name PRIMARY KEY (name)
);
INSERT INTO audit_marks (name, seq, hash, mac) VALUES ('base', 0, '', ''), ('head', 0, '', '');
