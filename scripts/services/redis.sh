# Redis from the Debian package, run by hand: no server of the system is touched.
# shellcheck shell=bash
REDIS_PORT="${GRANTD_TEST_REDIS_PORT:-64331}"
REDIS_URL="redis://127.0.0.1:$REDIS_PORT"

service_install() {
  command -v redis-server >/dev/null && return
  say 'redis: installing the Debian package'
  # The package would start a server of its own on the standard port.
  local policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod +x "$policy"
    install_debian redis-server
    as_root rm "$policy"
  else
    install_debian redis-server
  fi
  command -v redis-server >/dev/null || fail 'the package redis-server brought no redis-server'
}

redis_is_ready() {
  command -v redis-cli >/dev/null && [ "$(redis-cli -p "$REDIS_PORT" PING 2>/dev/null)" = PONG ]
}

service_up() {
  if redis_is_ready; then
    say "redis: runs already, $REDIS_URL"
    return
  fi
  mkdir -p "$SERVICE_DATA"
  # As a cache should be run: bounded, forgetting the oldest first, nothing on disk.
  redis-server --daemonize yes --bind 127.0.0.1 --port "$REDIS_PORT" --dir "$SERVICE_DATA" \
    --pidfile "$SERVICE_DATA/redis.pid" --logfile "$SERVICE_DATA/log" --save '' --appendonly no \
    --maxmemory 64mb --maxmemory-policy allkeys-lru >/dev/null
  until_ready 30 redis_is_ready || fail "Redis does not answer; see $SERVICE_DATA/log"
  say "redis: ready, $REDIS_URL"
}

service_status() {
  if redis_is_ready; then
    say "redis: ready, $REDIS_URL"
  else
    say 'redis: down'
    return 1
  fi
}

service_down() {
  if [ ! -e "$SERVICE_DATA/redis.pid" ]; then
    say 'redis: was not running'
    return
  fi
  redis-cli -p "$REDIS_PORT" SHUTDOWN NOSAVE >/dev/null 2>&1 || true
  rm -f "$SERVICE_DATA/redis.pid"
  say 'redis: stopped'
}
