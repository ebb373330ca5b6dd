#!/bin/sh
# A hot standby: copies the primary once, then follows it and answers what only reads.
#   PGDATA=… PRIMARY_HOST=… REPLICATION_PASSWORD=… standby.sh postgres -c …
# One that was away for longer than the primary keeps its log (wal_keep_size) cannot catch up:
# remove its volume and start it again.
set -eu
: "${REPLICATION_PASSWORD:?请设置 REPLICATION_PASSWORD（读副本账号 daibiao_replication 的密码）}"

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  umask 077
  # Under another name until it is complete.
  rm -rf "$PGDATA.partial"
  mkdir -p "$(dirname "$PGDATA")"
  PGPASSWORD="$REPLICATION_PASSWORD" pg_basebackup --host="${PRIMARY_HOST:-postgres}" \
    --username=daibiao_replication --pgdata="$PGDATA.partial" --wal-method=stream \
    --checkpoint=fast --write-recovery-conf
  [ ! -d "$PGDATA" ] || rmdir "$PGDATA"
  mv "$PGDATA.partial" "$PGDATA"
fi
exec "$@"
