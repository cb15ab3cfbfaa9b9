#!/bin/sh
# Starts the server for other containers to reach, as the user redis where this is root; any other command runs as it is.
set -e
case ${1:-} in -*|*.conf) set -- redis-server "$@" ;; esac
if [ "${1:-}" = redis-server ]; then
  case ${2:-} in ''|-*) set -- "$@" --protected-mode no ;; esac
  if [ "$(id -u)" = 0 ]; then
    chown redis:redis . 2>/dev/null || :
    exec setpriv --reuid=redis --regid=redis --clear-groups "$@"
  fi
fi
exec "$@"
