# Apache Kafka, one node without ZooKeeper, from its jars in Maven's registry.
# shellcheck shell=bash
# Its ports are beyond those that Linux gives to clients, one of which could have it when it restarts.
KAFKA_PORT="${GRANTD_TEST_KAFKA_PORT:-64333}"
KAFKA_CONTROLLER_PORT="${GRANTD_TEST_KAFKA_CONTROLLER_PORT:-64343}"
KAFKA_SOURCE="$PWD/scripts/services/kafka"

service_install() {
  if ! command -v java >/dev/null || ! command -v mvn >/dev/null; then
    say 'kafka: installing Java and Maven from Debian packages'
    install_debian default-jre-headless maven
  fi
  cmp --silent "$KAFKA_SOURCE/pom.xml" "$SERVICE_DATA/made-from" && return
  say 'kafka: fetching the broker'
  rm -rf "$SERVICE_DATA/jars" "$SERVICE_DATA/made-from"
  mkdir -p "$SERVICE_DATA"
  mvn --quiet --batch-mode --file "$KAFKA_SOURCE/pom.xml" dependency:copy-dependencies \
    "-DoutputDirectory=$SERVICE_DATA/jars" >"$SERVICE_DATA/maven.log" 2>&1 ||
    fail "Maven could not fetch Kafka; see $SERVICE_DATA/maven.log"
  cp "$KAFKA_SOURCE/pom.xml" "$SERVICE_DATA/made-from"
}

kafka_is_ready() { (exec 3<>"/dev/tcp/127.0.0.1/$KAFKA_PORT") 2>/dev/null; }

# The process that was started here, and none that got its number later.
kafka_pid() {
  local pid
  pid="$(cat "$SERVICE_DATA/pid" 2>/dev/null)" || return 1
  grep --quiet --text kafka.Kafka "/proc/$pid/cmdline" 2>/dev/null && printf '%s' "$pid"
}

service_up() {
  local config="$SERVICE_DATA/server.properties"
  # Small, and quick to start: it serves a few tests.
  local java=(java -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$SERVICE_DATA/jars/*")
  if kafka_pid >/dev/null && kafka_is_ready; then
    say "kafka: runs already, 127.0.0.1:$KAFKA_PORT"
    return
  fi
  kafka_is_ready && fail "port $KAFKA_PORT is taken by something else; set GRANTD_TEST_KAFKA_PORT"
  {
    cat "$KAFKA_SOURCE/server.properties"
    printf 'listeners=PLAINTEXT://127.0.0.1:%s,CONTROLLER://127.0.0.1:%s\n' "$KAFKA_PORT" "$KAFKA_CONTROLLER_PORT"
    printf 'controller.quorum.voters=1@127.0.0.1:%s\n' "$KAFKA_CONTROLLER_PORT"
    printf 'log.dirs=%s\n' "$SERVICE_DATA/data"
  } >"$config"
  if [ ! -e "$SERVICE_DATA/data/meta.properties" ]; then
    "${java[@]}" kafka.tools.StorageTool format --config "$config" \
      --cluster-id grantdTestCluster00000 >"$SERVICE_DATA/format.log" 2>&1 ||
      fail "Kafka could not prepare its data; see $SERVICE_DATA/format.log"
  fi
  setsid "${java[@]}" kafka.Kafka "$config" >"$SERVICE_DATA/log" 2>&1 &
  printf '%s' "$!" >"$SERVICE_DATA/pid"
  until_ready 60 kafka_is_ready || fail "Kafka does not answer; see $SERVICE_DATA/log"
  say "kafka: ready, 127.0.0.1:$KAFKA_PORT"
}

service_status() {
  if kafka_pid >/dev/null && kafka_is_ready; then
    say "kafka: ready, 127.0.0.1:$KAFKA_PORT"
  else
    say 'kafka: down'
    return 1
  fi
}

service_down() {
  local pid
  if ! pid="$(kafka_pid)"; then
    say 'kafka: was not running'
    return
  fi
  kill "$pid"
  kafka_is_gone() { ! kill -0 "$pid"; }
  until_ready 20 kafka_is_gone || fail "process $pid does not stop"
  say 'kafka: stopped'
}
