# PostgreSQL from the Debian package, run by hand: no cluster of the system is touched.
# shellcheck shell=bash
POSTGRES_PORT="${GRANTD_TEST_POSTGRES_PORT:-64329}"
POSTGRES_URL="postgresql://grantd@127.0.0.1:$POSTGRES_PORT/grantd"

# The newest installed version's folder of programs.
postgres_bin() {
  { find /usr/lib/postgresql/*/bin -maxdepth 1 -name initdb 2>/dev/null || true; } |
    sort -V | tail -n 1 | xargs -r dirname
}

# PostgreSQL refuses to run as root; then it runs as the user of its package.
as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then
    runuser -u postgres -- env -C / "$@"
  else
    "$@"
  fi
}

service_install() {
  [ -n "$(postgres_bin)" ] && return
  say 'postgres: installing the Debian package'
  # The package would start a cluster of its own on the standard port.
  as_root mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] ||
    echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
  install_debian postgresql
  [ -n "$(postgres_bin)" ] || fail 'the package postgresql brought no initdb'
}

postgres_is_ready() {
  local bin
  bin="$(postgres_bin)"
  [ -n "$bin" ] &&
    "$bin/psql" --no-psqlrc --quiet --tuples-only --command 'SELECT 1' "$POSTGRES_URL"
}

# A user other than root must be able to reach its data through every folder above it.
postgres_data() {
  local above="$SERVICES_ROOT"
  if [ "$(id -u)" -eq 0 ]; then
    while [ "$above" != / ]; do
      if ! runuser -u postgres -- test -x "$above" && [ -d "$above" ]; then
        printf '/var/tmp/grantd-services-%s/postgres' "$(printf %s "$SERVICES_ROOT" | cksum | cut -d' ' -f1)"
        return
      fi
      above="$(dirname "$above")"
    done
  fi
  printf '%s' "$SERVICE_DATA"
}

service_up() {
  local bin data
  bin="$(postgres_bin)"
  data="$(postgres_data)"
  if postgres_is_ready >/dev/null 2>&1; then
    say "postgres: runs already, $POSTGRES_URL"
    return
  fi
  mkdir -p "$data"
  if [ "$(id -u)" -eq 0 ]; then chown postgres: "$data"; fi
  if [ ! -s "$data/data/PG_VERSION" ]; then
    as_postgres "$bin/initdb" --pgdata "$data/data" --username grantd --auth trust \
      --encoding UTF8 --locale C.UTF-8 >"$SERVICES_ROOT/postgres-initdb.log" 2>&1 ||
      fail "initdb failed; see $SERVICES_ROOT/postgres-initdb.log"
  fi
  # Defaults that decide whether data is safe stay as they are: fsync and synchronous_commit are on.
  as_postgres "$bin/pg_ctl" start --silent --pgdata "$data/data" --log "$data/log" -w -t 60 \
    --options "-p $POSTGRES_PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200" ||
    fail "PostgreSQL did not start; see $data/log"
  "$bin/psql" --no-psqlrc --quiet --tuples-only --command \
    "SELECT 1 FROM pg_database WHERE datname = 'grantd'" "${POSTGRES_URL%/*}/postgres" | grep -q 1 ||
    "$bin/createdb" --host 127.0.0.1 --port "$POSTGRES_PORT" --username grantd grantd
  until_ready 30 postgres_is_ready || fail "PostgreSQL does not answer; see $data/log"
  say "postgres: ready, $POSTGRES_URL"
}

service_status() {
  if postgres_is_ready >/dev/null 2>&1; then
    say "postgres: ready, $POSTGRES_URL"
  else
    say 'postgres: down'
    return 1
  fi
}

service_down() {
  local bin data
  bin="$(postgres_bin)"
  data="$(postgres_data)"
  if [ -z "$bin" ] || [ ! -e "$data/data/postmaster.pid" ]; then
    say 'postgres: was not running'
    return
  fi
  as_postgres "$bin/pg_ctl" stop --silent --pgdata "$data/data" --mode fast -w
  say 'postgres: stopped'
}
