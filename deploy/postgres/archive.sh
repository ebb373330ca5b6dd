#!/bin/sh
# archive_command: keeps a finished piece of the database's log. archive.sh %p %f
# Does nothing while WAL_DIR is empty: then the nightly backup is all there is.
set -eu
[ -n "${WAL_DIR:-}" ] || exit 0
umask 077
place=${WAL_PLACE:-/wal}/log
target=$place/$2
mkdir -p "$place"
if [ -e "$target" ]; then
  # Told twice after a crash; with other contents it would be the log of another database.
  cmp -s "$1" "$target" && exit 0
  echo "archive.sh: $target 已存在且内容不同，没有覆盖。" >&2
  exit 1
fi
# The name says that it is complete and on the disk.
cp "$1" "$target.partial"
sync "$target.partial"
mv "$target.partial" "$target"
sync "$place"
