FROM python:3.11-slim-bookworm

# What reads images and scans, pages lying on their side included; what lays out the PDF, and their font; what copies the database.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends tesseract-ocr-fra tesseract-ocr-osd bubblewrap postgresql-client \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation2 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --create-home vigie
WORKDIR /srv/vigie
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock && python -m compileall -q /usr/local/lib
COPY . .
RUN pip install --no-cache-dir --no-deps .
RUN install -d -o vigie -g vigie -m 0700 /var/lib/vigie/cles /var/lib/vigie/maitre \
    /var/lib/vigie/registre /var/lib/vigie/sauvegardes /var/lib/vigie/cles-de-sauvegarde

USER vigie
# What a first start works out in some twenty seconds is worked out once: the running image writes nothing at home.
RUN python -c "from scanners.engine import scan; scan('c ki ki ma di sa, g mal o do')"
EXPOSE 8000
CMD ["vigie", "serve", "--host", "0.0.0.0", "--port", "8000"]
