# nginx of the Debian package, for the tests of deploy/nginx/. Each test starts one of its own, so
# nothing runs between tests, and nothing is installed: a package would start a server on port 80.
# shellcheck shell=bash
nginx_program() {
  local program
  for program in "$(command -v nginx || true)" "$SERVICE_DATA/usr/sbin/nginx"; do
    if [ -n "$program" ] && "$program" -v >/dev/null 2>&1; then
      printf '%s' "$program"
      return
    fi
  done
}

service_install() {
  [ -n "$(nginx_program)" ] && return
  command -v apt-get >/dev/null || fail "install nginx with this system's package manager, then run again"
  say 'nginx: unpacking the Debian package'
  mkdir -p "$SERVICE_DATA"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  (cd "$SERVICE_DATA" && apt-get download -qq nginx 2>/dev/null) || fail 'the package nginx could not be downloaded'
  for package in "$SERVICE_DATA"/nginx_*.deb; do dpkg-deb -x "$package" "$SERVICE_DATA"; done
  [ -n "$(nginx_program)" ] || fail "nginx does not run; see: $SERVICE_DATA/usr/sbin/nginx -v"
}

service_up() { service_status; }

service_status() {
  local program
  program="$(nginx_program)"
  if [ -z "$program" ]; then
    say 'nginx: missing'
    return 1
  fi
  say "nginx: ready, $program ($("$program" -v 2>&1 | cut -d/ -f2))"
}

service_down() { say 'nginx: nothing runs'; }
