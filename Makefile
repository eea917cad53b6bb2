# Everything here works from a fresh clone and is quick the second time.

SHELL := /bin/bash
export VENV
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
EVAL_DATA ?=

VENV := .venv
BIN := $(VENV)/bin
UV := uv==0.13.9
# A stamp is named after what was installed, so a changed lock is installed and an old one is not.
RUNTIME := $(VENV)/installed-runtime-$(shell cksum < requirements.txt | tr ' ' '-')
DEV := $(VENV)/installed-dev-$(shell cksum < requirements-dev.txt | tr ' ' '-')
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement

.PHONY: help demo test serve lint format lock bench eval clean

help:
	@echo "make demo    a running site with the demo story, at http://$(HOST):$(PORT)/"
	@echo "make test    every check and test, on SQLite and on PostgreSQL"
	@echo "make serve   the site with production settings, and its workers"
	@echo "make lint    the checks alone          make format  puts the code into its form"
	@echo "make lock    writes the locked requirements anew"
	@echo "make bench   benchmarks                make eval    quality against EVAL_DATA"

# A browser at another machine may name any host; that is for a demo, never for make serve.
demo: export DEBUG = on
demo: export DATABASE_URL =
demo: export DATABASE_REPLICA_URL =
demo: export SITE_URL := http://127.0.0.1:$(PORT)
ifneq ($(filter 0.0.0.0 ::,$(HOST)),)
demo: export ALLOWED_HOSTS := *
endif
demo: $(RUNTIME)
	@$(BIN)/python manage.py demo
	@exec $(BIN)/python manage.py runserver --noreload $(HOST):$(PORT)

test: $(DEV)
	@$(BIN)/python tools/run_tests.py

serve: export DEBUG = off
serve: $(RUNTIME)
	@exec tools/serve $(HOST):$(PORT)

lint: export DEBUG = on
lint: $(DEV)
	@failed=0; \
	$(BIN)/ruff check --quiet --output-format concise . || failed=1; \
	$(BIN)/ruff format --quiet --check --output-format concise . || failed=1; \
	contracts=$$($(BIN)/lint-imports --no-cache) || { echo "$$contracts"; failed=1; }; \
	$(BIN)/mypy --no-error-summary || failed=1; \
	changes=$$($(BIN)/python manage.py makemigrations --check --dry-run) || { echo "$$changes"; failed=1; }; \
	exit $$failed

format: $(DEV)
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

bench: $(DEV)
	@$(BIN)/python tools/postgres.py $(BIN)/python -m tests.benchmarks

eval: $(DEV)
	@$(BIN)/python -m tests.evaluation $(EVAL_DATA)

# Where this machine gets its packages from must not reach the files.
LOCK = env -u PIP_FIND_LINKS -u UV_FIND_LINKS -u UV_CUSTOM_COMPILE_COMMAND .lock-venv/bin/uv pip compile --quiet --universal \
	--generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 \
	--custom-compile-command "make lock" pyproject.toml

lock: | .lock-venv/bin/uv
	@$(LOCK) --output-file requirements.txt $(LOCK_FLAGS)
	@$(LOCK) --group dev --constraint requirements.txt --output-file requirements-dev.txt $(LOCK_FLAGS)

.lock-venv/bin/uv:
	@$(PYTHON) -m venv .lock-venv
	@.lock-venv/bin/python -m pip install --quiet --disable-pip-version-check $(UV)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed; name one with PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null \
		|| { echo "Python's venv module is missing; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(RUNTIME): | $(BIN)/python
	@echo "Installing the locked requirements ..."
	@$(INSTALL) requirements.txt
	@rm -f $(VENV)/installed-runtime-*; touch $@

$(DEV): | $(BIN)/python
	@echo "Installing the locked requirements for development ..."
	@$(INSTALL) requirements-dev.txt
	@rm -f $(VENV)/installed-*; touch $@ $(RUNTIME)

clean:
	@rm -rf $(VENV) .lock-venv staticfiles .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis
