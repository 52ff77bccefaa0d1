# A server that speaks MongoDB's protocol: mongo-java-server, from Maven's registry, in memory.
# It decides conditional updates atomically, which is what the tests are about; it has no transactions.
# To test on a real MongoDB instead, set GRANTD_TEST_MONGODB_URL; this service then stays down.
# shellcheck shell=bash
MONGODB_PORT="${GRANTD_TEST_MONGODB_PORT:-64330}"
MONGODB_URL="${GRANTD_TEST_MONGODB_URL:-mongodb://127.0.0.1:$MONGODB_PORT/}"
MONGODB_SOURCE="$PWD/scripts/services/mongodb"

mongodb_is_elsewhere() { [ -n "${GRANTD_TEST_MONGODB_URL:-}" ]; }

service_install() {
  mongodb_is_elsewhere && return
  if ! command -v javac >/dev/null || ! command -v mvn >/dev/null; then
    say 'mongodb: installing Java and Maven from Debian packages'
    install_debian default-jdk-headless maven
  fi
  local made="$SERVICE_DATA/made-from"
  if cat "$MONGODB_SOURCE"/* | cmp --silent - "$made"; then return; fi
  say 'mongodb: fetching and compiling the test server'
  rm -rf "$SERVICE_DATA/jars" "$SERVICE_DATA/classes" "$made"
  mkdir -p "$SERVICE_DATA"
  mvn --quiet --batch-mode --file "$MONGODB_SOURCE/pom.xml" dependency:copy-dependencies \
    "-DoutputDirectory=$SERVICE_DATA/jars" >"$SERVICE_DATA/maven.log" 2>&1 ||
    fail "Maven could not fetch the test server; see $SERVICE_DATA/maven.log"
  javac -cp "$SERVICE_DATA/jars/*" -d "$SERVICE_DATA/classes" "$MONGODB_SOURCE/TestServer.java" ||
    fail 'the test server did not compile'
  cat "$MONGODB_SOURCE"/* >"$made"
}

mongodb_is_ready() { (exec 3<>"/dev/tcp/127.0.0.1/$MONGODB_PORT") 2>/dev/null; }

# The process that was started here, and none that got its number later.
mongodb_pid() {
  local pid
  pid="$(cat "$SERVICE_DATA/pid" 2>/dev/null)" || return 1
  grep --quiet --text TestServer "/proc/$pid/cmdline" 2>/dev/null && printf '%s' "$pid"
}

service_up() {
  if mongodb_is_elsewhere; then
    say 'mongodb: tests use GRANTD_TEST_MONGODB_URL'
    return
  fi
  if mongodb_pid >/dev/null && mongodb_is_ready; then
    say "mongodb: runs already, $MONGODB_URL"
    return
  fi
  mongodb_is_ready && fail "port $MONGODB_PORT is taken by something else; set GRANTD_TEST_MONGODB_PORT"
  setsid java -Xmx1g -cp "$SERVICE_DATA/jars/*:$SERVICE_DATA/classes" TestServer \
    "$MONGODB_PORT" >"$SERVICE_DATA/log" 2>&1 &
  printf '%s' "$!" >"$SERVICE_DATA/pid"
  until_ready 60 mongodb_is_ready || fail "the test server does not answer; see $SERVICE_DATA/log"
  say "mongodb: ready, $MONGODB_URL"
}

service_status() {
  if mongodb_is_elsewhere; then
    say 'mongodb: tests use GRANTD_TEST_MONGODB_URL'
  elif mongodb_pid >/dev/null && mongodb_is_ready; then
    say "mongodb: ready, $MONGODB_URL"
  else
    say 'mongodb: down'
    return 1
  fi
}

service_down() {
  local pid
  if ! pid="$(mongodb_pid)"; then
    say 'mongodb: was not running'
    return
  fi
  kill "$pid"
  mongodb_is_gone() { ! kill -0 "$pid"; }
  until_ready 20 mongodb_is_gone || fail "process $pid does not stop"
  say 'mongodb: stopped'
}
