#!/bin/sh
# The role as which a replica follows (docs/decisions/0702), and its entry in pg_hba.conf.
#
# docker-compose runs it when the database server starts for the first time, and it does nothing
# while REPLICATION_PASSWORD is empty. Later: docker compose exec postgres /deploy/replication.sh
# Running it again changes nothing but the password, to the one given.
set -eu
[ -n "${REPLICATION_PASSWORD:-}" ] || exit 0
export REPLICATION_PASSWORD

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 \
  --username "${POSTGRES_USER:-${PGUSER:-postgres}}" --dbname postgres <<'SQL'
\getenv password REPLICATION_PASSWORD
SELECT 'CREATE ROLE daibiao_replication' WHERE NOT EXISTS
  (SELECT FROM pg_roles WHERE rolname = 'daibiao_replication') \gexec
-- It copies everything and may change nothing.
ALTER ROLE daibiao_replication LOGIN REPLICATION NOSUPERUSER PASSWORD :'password';
SQL

line='host replication daibiao_replication all scram-sha-256'
grep -qxF "$line" "$PGDATA/pg_hba.conf" || printf '%s\n' "$line" >> "$PGDATA/pg_hba.conf"
psql --no-psqlrc --quiet --tuples-only --output /dev/null \
  --username "${POSTGRES_USER:-${PGUSER:-postgres}}" --dbname postgres \
  --command 'SELECT pg_reload_conf()'
