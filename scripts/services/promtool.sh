# promtool, which checks the rules of deploy/prometheus. A program, not a server: `up` only makes sure
# that it is there. The Debian package would start a Prometheus of the system, so it is only unpacked.
# shellcheck shell=bash
PROMTOOL="$SERVICE_DATA/usr/bin/promtool"

promtool_path() {
  if [ -x "$PROMTOOL" ]; then echo "$PROMTOOL"; else command -v promtool || true; fi
}

service_install() {
  [ -n "$(promtool_path)" ] && return
  say 'promtool: unpacking the Debian package prometheus'
  mkdir -p "$SERVICE_DATA"
  command -v apt-get >/dev/null || fail 'install promtool with this system'"'"'s package manager, then run again'
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  (cd "$SERVICE_DATA" && apt-get download -qq prometheus >/dev/null && dpkg-deb -x prometheus_*.deb . && rm -f prometheus_*.deb)
  [ -n "$(promtool_path)" ] || fail 'the package prometheus brought no promtool'
}

service_up() { service_status; }

service_status() {
  local found
  found="$(promtool_path)"
  [ -n "$found" ] || return 1
  say "promtool: ready, $found"
}

service_down() { :; }
