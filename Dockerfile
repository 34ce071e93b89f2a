# docker build -t dndimages . && docker run -p 8000:8000 -v dndimages:/data -e ALLOWED_HOSTS=localhost dndimages
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements.txt /
# Every package has its hash there.
RUN /venv/bin/pip install --require-hashes --no-deps -r /requirements.txt

FROM python:3.11-slim-bookworm
# pg_dump and pg_restore, for backups of PostgreSQL up to the version in compose.yaml.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data dndimages \
    && install -d -o dndimages -g dndimages -m 0750 /data
COPY --from=build /venv /srv/dndimages/.venv
COPY . /srv/dndimages
WORKDIR /srv/dndimages
ENV PATH=/srv/dndimages/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 PORT=8000 DATA_DIR=/data LOG_FORMAT=json
USER dndimages
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:%s/livez' % os.environ['PORT'], timeout=4)"]
# SIGTERM lets requests in flight finish for up to 25 s: docker stop --time 35.
STOPSIGNAL SIGTERM
CMD ["python", "manage.py", "serve"]
