#!/usr/bin/env bash
# Shows with the real Flyway command line that it and grantd agree on one database, in both directions:
# `bash scripts/flyway.sh`. Needs Java 17, Maven (which fetches Flyway from Maven Central, 190 MB, once,
# into .services/) and, for PostgreSQL, the server of `bash scripts/services.sh up postgres`.
# Everything happens in databases of its own; they are removed at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
VERSION=10.22.0
HOME_OF_FLYWAY="$PWD/.services/flyway-$VERSION"
POSTGRES="${GRANTD_TEST_POSTGRES_URL:-postgresql://grantd@127.0.0.1:64329/grantd}"
FOLDER="$(mktemp -d)"
DATABASE="grantd_flyway_$$"

say() { printf '\n== %s\n' "$*"; }

if [ ! -x "$HOME_OF_FLYWAY/flyway" ]; then
  say "Flyway $VERSION comes from Maven Central"
  mkdir -p .services
  mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy \
    "-Dartifact=org.flywaydb:flyway-commandline:$VERSION:tar.gz" "-DoutputDirectory=$FOLDER"
  tar xzf "$FOLDER/flyway-commandline-$VERSION.tar.gz" -C .services
fi

cleanup() {
  rm -rf "$FOLDER"
  psql -q "$POSTGRES" -c "DROP DATABASE IF EXISTS ${DATABASE}_a" -c "DROP DATABASE IF EXISTS ${DATABASE}_b" \
    -c "DROP DATABASE IF EXISTS ${DATABASE}_c" >/dev/null 2>&1 || true
}
trap cleanup EXIT

grantd() { node bin/grantd.mjs "$@"; }

# flyway DIALECT JDBC_URL COMMAND…
flyway() {
  local dialect="$1" url="$2"
  shift 2
  "$HOME_OF_FLYWAY/flyway" -color=never "-url=$url" \
    "-locations=filesystem:packages/storage/src/sql/migrations/$dialect" "$@"
}

# both DIALECT URL_A JDBC_A URL_B JDBC_B URL_C JDBC_C: three empty databases.
both() {
  local dialect="$1"
  say "$dialect: grantd migrates, Flyway validates"
  grantd migrate up --database.url "$2"
  flyway "$dialect" "$3" info validate
  say "$dialect: Flyway migrates, grantd finds nothing to do and works"
  flyway "$dialect" "$5" migrate
  grantd migrate status --database.url "$4"
  grantd client list --database.url "$4"
  say "$dialect: Flyway begins, grantd goes on, Flyway validates"
  flyway "$dialect" "$7" -target=2 migrate
  grantd migrate up --database.url "$6"
  flyway "$dialect" "$7" validate
}

a="$FOLDER/a.db" b="$FOLDER/b.db" c="$FOLDER/c.db"
both sqlite "sqlite:$a" "jdbc:sqlite:$a" "sqlite:$b" "jdbc:sqlite:$b" "sqlite:$c" "jdbc:sqlite:$c"

for name in a b c; do psql -q "$POSTGRES" -c "CREATE DATABASE ${DATABASE}_$name"; done
place="${POSTGRES#*://}"
user="${place%%@*}"
host="${place#*@}"
host="${host%%/*}"
urls=()
for name in a b c; do
  urls+=("postgresql://$user@$host/${DATABASE}_$name")
  urls+=("jdbc:postgresql://$host/${DATABASE}_$name?user=${user%%:*}")
done
both postgres "${urls[@]}"

say 'Flyway and grantd agree in both directions on both databases'
