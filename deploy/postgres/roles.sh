#!/bin/sh
# The three roles of the system (docs/decisions/0002), its database and its extensions.
#
# docker-compose runs it when the database server starts for the first time. For a PostgreSQL of
# your own run it once, as a superuser; PGHOST, PGUSER and PGPASSWORD say where and who:
#   DATABASE_OWNER_PASSWORD=… DATABASE_APP_PASSWORD=… PGHOST=… PGUSER=postgres deploy/postgres/roles.sh
# Running it again changes nothing but the two passwords, to those given.
set -eu
: "${DATABASE_OWNER_PASSWORD:?请设置 DATABASE_OWNER_PASSWORD（表的所有者 daibiao_owner 的密码）}"
: "${DATABASE_APP_PASSWORD:?请设置 DATABASE_APP_PASSWORD（应用账号 daibiao_app 的密码）}"
export DATABASE_OWNER_PASSWORD DATABASE_APP_PASSWORD

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 \
  --username "${POSTGRES_USER:-${PGUSER:-postgres}}" --dbname postgres \
  --set name="${DATABASE_NAME:-daibiao}" --set owner="${OWNER_ROLE:-daibiao_owner}" \
  --set app="${APP_ROLE:-daibiao_app}" --set ballots="${BALLOTS_ROLE:-daibiao_ballots}" <<'SQL'
-- Not by --set: everybody on the machine can read a command line.
\getenv owner_password DATABASE_OWNER_PASSWORD
\getenv app_password DATABASE_APP_PASSWORD

SELECT format('CREATE ROLE %I', role) FROM unnest(ARRAY[:'owner', :'app', :'ballots']) AS role
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec

-- The owner migrates, the app reads and writes rows, and what belongs to ballots has an owner
-- that nobody signs in as.
ALTER ROLE :"owner" LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB PASSWORD :'owner_password';
ALTER ROLE :"app" LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB PASSWORD :'app_password';
ALTER ROLE :"ballots" NOLOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB;
-- The owner may hand tables to the ballots' role and may read everything for a backup; neither
-- is in force unless asked for.
SELECT current_setting('server_version_num')::int >= 160000 AS grants_have_options \gset
\if :grants_have_options
GRANT :"ballots" TO :"owner" WITH INHERIT FALSE, SET TRUE;
GRANT pg_read_all_data TO :"owner" WITH INHERIT FALSE, SET TRUE;
\else
-- Before PostgreSQL 16 the same is said of the member, for all that it belongs to.
ALTER ROLE :"owner" NOINHERIT;
GRANT :"ballots", pg_read_all_data TO :"owner";
\endif

-- The locale: under C the likeness of Chinese texts would silently be 0.
SELECT format(
  'CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C.UTF-8''',
  :'name', :'owner'
) WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"name" TO :"app";

\connect :"name"
\if :grants_have_options
\else
-- Whoever inherits nothing does not have it from owning the database either.
ALTER SCHEMA public OWNER TO :"owner";
\endif
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;
SQL
