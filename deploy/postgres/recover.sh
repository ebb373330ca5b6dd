#!/bin/sh
# Bring the database back from a base backup and the archived log, to its end or to a moment.
#   docker compose stop
#   docker compose run --rm --no-deps --entrypoint /deploy/recover.sh postgres ['2026-03-05 14:30:00+08']
#   docker compose up -d
# What was there stays beside it as PGDATA.before-recovery. PostgreSQL replays the log at its start.
set -eu
moment=${1:-}
place=${WAL_PLACE:-/wal}
if [ -e "$PGDATA/postmaster.pid" ]; then
  echo "recover.sh: 数据库可能还在运行；确认已停止后，请删除 $PGDATA/postmaster.pid 再试。" >&2
  exit 1
fi
base=
for copy in "$place"/base/*Z; do
  [ -d "$copy" ] || continue
  # 20260305T023000Z
  made=$(basename "$copy" | sed 's/^\(....\)\(..\)\(..\)T\(..\)\(..\)\(..\)Z$/\1-\2-\3 \4:\5:\6Z/')
  if [ -z "$moment" ] || [ "$(date -d "$made" +%s)" -le "$(date -d "$moment" +%s)" ]; then
    base=$copy
  fi
done
if [ -z "$base" ]; then
  echo "recover.sh: $place/base 中没有早于该时刻的基础备份。" >&2
  exit 1
fi

umask 077
aside=$PGDATA.before-recovery
if [ -e "$PGDATA" ]; then
  rm -rf "$aside"
  mv "$PGDATA" "$aside"
fi
mkdir -p "$(dirname "$PGDATA")"
cp -a "$base" "$PGDATA"
chmod 700 "$PGDATA"
# What was written and not archived any more, where the disk still has it.
for piece in "$aside"/pg_wal/0*; do
  [ ! -f "$piece" ] || [ -e "$place/log/$(basename "$piece")" ] || cp "$piece" "$PGDATA/pg_wal/"
done
cat >> "$PGDATA/postgresql.auto.conf" <<CONF
restore_command = 'cp "$place/log/%f" "%p"'
recovery_target_time = '$moment'
recovery_target_action = 'promote'
recovery_target_timeline = 'latest'
CONF
touch "$PGDATA/recovery.signal"
echo "已从 $base 恢复；启动数据库后，日志会重放到${moment:-存档的末尾}。"
