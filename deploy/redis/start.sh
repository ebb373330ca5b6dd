#!/bin/sh
# Redis with a password that is on no command line. REDIS_RUN is where its small files may be.
set -eu
: "${REDIS_PASSWORD:?请设置 REDIS_PASSWORD}"
umask 077
run=${REDIS_RUN:-/tmp}
{
  cat "$(dirname "$0")/redis.conf"
  printf 'requirepass "%s"\n' "$REDIS_PASSWORD"
} > "$run/redis.conf"
exec redis-server "$run/redis.conf" "$@"
