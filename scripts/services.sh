#!/usr/bin/env bash
# Servers for `npm run test:services`: `bash scripts/services.sh up|status|down [service …]`.
# Each service is one file in scripts/services/, which defines service_install, service_up,
# service_status and service_down. They listen on 127.0.0.1 on ports of their own and keep their data
# in .services/, which `down` leaves in place; delete the folder to start afresh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null
PATH="$PATH:/usr/sbin:/sbin" # runuser; not on the path of every shell
SERVICES_ROOT="$PWD/.services"
export SERVICES_ROOT

say() { printf '%s\n' "$*"; }
fail() {
  printf 'services: %s\n' "$*" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

# install_debian PACKAGE…: the Debian packages, unless they are there already.
install_debian() {
  command -v apt-get >/dev/null || fail "install $* with this system's package manager, then run again"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# until_ready SECONDS COMMAND…: repeats the command until it succeeds.
until_ready() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.2
  done
}

# in_service NAME COMMAND: each service in a shell of its own, so that files cannot see each other.
in_service() (
  file="scripts/services/$1.sh"
  [ -f "$file" ] || fail "there is no service \"$1\"; there are: $(all_services | tr '\n' ' ')"
  SERVICE_DATA="$SERVICES_ROOT/$1"
  # shellcheck source=/dev/null
  source "$file"
  "$2"
)

all_services() {
  for file in scripts/services/*.sh; do basename "$file" .sh; done
}

command="${1:-}"
[ "$#" -gt 0 ] && shift
services=("$@")
[ "${#services[@]}" -gt 0 ] || mapfile -t services < <(all_services)

case "$command" in
  up)
    mkdir -p "$SERVICES_ROOT"
    for name in "${services[@]}"; do
      in_service "$name" service_install
      in_service "$name" service_up
    done
    ;;
  down)
    for name in "${services[@]}"; do in_service "$name" service_down; done
    ;;
  status)
    missing=0
    for name in "${services[@]}"; do in_service "$name" service_status || missing=1; done
    exit "$missing"
    ;;
  *)
    fail 'usage: bash scripts/services.sh up|status|down [service …]'
    ;;
esac
