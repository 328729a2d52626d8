# The line in a container. Settings come from the environment (.env.example lists them); data lies in /srv/dial311/var.
FROM python:3.11-slim AS build
WORKDIR /build
RUN python -m venv /opt/dial311
COPY requirements.txt ./
RUN /opt/dial311/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY storage storage
COPY dispatch dispatch
COPY ivr ivr
RUN /opt/dial311/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --system --uid 10311 --home-dir /srv/dial311 --create-home dial311 && install -d -o dial311 /srv/dial311/var
COPY --from=build /opt/dial311 /opt/dial311
ENV PATH=/opt/dial311/bin:$PATH PYTHONUNBUFFERED=1 ENVIRONMENT=production HOST=0.0.0.0 PORT=8311
WORKDIR /srv/dial311
USER dial311
VOLUME /srv/dial311/var
EXPOSE 8311
# Asks only whether the process answers: a database that is away for a minute is no reason to kill calls in progress.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=4)"]
# A turn takes milliseconds; half a minute lets everything in hand be answered.
STOPSIGNAL SIGTERM
CMD ["dial311", "run"]
