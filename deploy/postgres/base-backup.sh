#!/bin/sh
# A copy of the whole database from which the log goes on, and an end to what is older.
#   docker compose exec -T postgres /deploy/base-backup.sh        once a night
# Keeps the newest KEEP (2) copies and the log since the older one.
set -eu
: "${WAL_DIR:?请先在 .env 中设置 WAL_DIR（存放数据库日志存档的目录）}"
umask 077
place=${WAL_PLACE:-/wal}
fresh=$place/base/$(date -u +%Y%m%dT%H%M%SZ)
mkdir -p "$place/base" "$place/log"
rm -rf "$place"/base/*.partial
pg_basebackup --username="${POSTGRES_USER:-${PGUSER:-postgres}}" --pgdata="$fresh.partial" \
  --checkpoint=fast --wal-method=stream
pg_verifybackup --quiet "$fresh.partial"
mv "$fresh.partial" "$fresh"

ls -1d "$place"/base/*Z | head -n "-${KEEP:-2}" | while read -r old; do rm -rf "$old"; done
oldest=$(ls -1d "$place"/base/*Z | head -n 1)
needed=$(sed -n 's/^START WAL LOCATION: .* (file \([0-9A-F]*\))$/\1/p' "$oldest/backup_label")
pg_archivecleanup "$place/log" "$needed"
echo "已备份到 $fresh。"
