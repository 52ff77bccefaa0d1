# RabbitMQ from the Debian package, run by hand under a node name, a data folder and an epmd of its
# own: no server of the system is touched. Everything listens on 127.0.0.1.
# shellcheck shell=bash
# Its ports are beyond those that Linux gives to clients, one of which could have it when it restarts.
RABBITMQ_PORT="${GRANTD_TEST_RABBITMQ_PORT:-64332}"
RABBITMQ_URL="amqp://127.0.0.1:$RABBITMQ_PORT"

rabbitmq_program() {
  find /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin -name rabbitmq-server 2>/dev/null | sort -V | tail -n 1
}

service_install() {
  [ -n "$(rabbitmq_program)" ] && return
  say 'rabbitmq: installing the Debian package'
  # The package would start a server of its own on the standard port.
  local policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod +x "$policy"
    install_debian rabbitmq-server
    as_root rm "$policy"
  else
    install_debian rabbitmq-server
  fi
  [ -n "$(rabbitmq_program)" ] || fail 'the package rabbitmq-server brought no rabbitmq-server'
}

# It listens only when it has started.
rabbitmq_is_ready() { (exec 3<>"/dev/tcp/127.0.0.1/$RABBITMQ_PORT") 2>/dev/null; }

# The process that was started here, and none that got its number later.
rabbitmq_pid() {
  local pid
  pid="$(cat "$SERVICE_DATA/pid" 2>/dev/null)" || return 1
  grep --quiet --text "$SERVICE_DATA" "/proc/$pid/cmdline" 2>/dev/null && printf '%s' "$pid"
}

rabbitmq_env() {
  env HOME="$SERVICE_DATA/home" RABBITMQ_CONF_ENV_FILE=/dev/null \
    RABBITMQ_NODENAME="grantd-test-$RABBITMQ_PORT@localhost" \
    RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT="$RABBITMQ_PORT" \
    RABBITMQ_DIST_PORT="$((RABBITMQ_PORT + 20))" \
    ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT="$((RABBITMQ_PORT + 30))" \
    RABBITMQ_MNESIA_BASE="$SERVICE_DATA/data" RABBITMQ_LOG_BASE="$SERVICE_DATA/log" \
    RABBITMQ_PID_FILE="$SERVICE_DATA/pid" ERL_CRASH_DUMP="$SERVICE_DATA/erl_crash.dump" \
    RABBITMQ_CONFIG_FILE="$SERVICE_DATA/rabbitmq" RABBITMQ_ENABLED_PLUGINS_FILE="$SERVICE_DATA/plugins" \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='+S 1:1 -kernel inet_dist_use_interface {127,0,0,1}' \
    "$@"
}

service_up() {
  if rabbitmq_pid >/dev/null && rabbitmq_is_ready; then
    say "rabbitmq: runs already, $RABBITMQ_URL"
    return
  fi
  rabbitmq_is_ready && fail "port $RABBITMQ_PORT is taken by something else; set GRANTD_TEST_RABBITMQ_PORT"
  mkdir -p "$SERVICE_DATA/home" "$SERVICE_DATA/data" "$SERVICE_DATA/log"
  printf '[].\n' >"$SERVICE_DATA/plugins"
  printf 'vm_memory_high_watermark.absolute = 1GB\ndisk_free_limit.absolute = 50MB\n' \
    >"$SERVICE_DATA/rabbitmq.conf"
  rabbitmq_env epmd -daemon
  rabbitmq_env setsid "$(rabbitmq_program)" >"$SERVICE_DATA/out" 2>&1 &
  until_ready 60 rabbitmq_is_ready || fail "RabbitMQ does not answer; see $SERVICE_DATA/log and $SERVICE_DATA/out"
  say "rabbitmq: ready, $RABBITMQ_URL"
}

service_status() {
  if rabbitmq_pid >/dev/null && rabbitmq_is_ready; then
    say "rabbitmq: ready, $RABBITMQ_URL"
  else
    say 'rabbitmq: down'
    return 1
  fi
}

service_down() {
  local pid
  if ! pid="$(rabbitmq_pid)"; then
    say 'rabbitmq: was not running'
    return
  fi
  kill "$pid"
  rabbitmq_is_gone() { ! kill -0 "$pid"; }
  until_ready 20 rabbitmq_is_gone || fail "process $pid does not stop"
  rabbitmq_env epmd -kill >/dev/null 2>&1 || true
  say 'rabbitmq: stopped'
}
