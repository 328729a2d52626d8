# dial311: what can be done here.
#
#   Needs only Python 3.11 or newer and make; everything else is fetched into .venv, once.
#   PORT=8311 says where `make run` serves, PYTHON=python3 which Python makes .venv,
#   ARGS="-k pothole" what `make test` hands on to pytest, BENCH="turns chaos" what `make bench` measures.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
ARGS   ?=
BIN    := .venv/bin

# A stamp is as new as the lock it was installed from, so that nothing is installed twice.
# The second lock holds everything of the first.
RUNTIME := .venv/.runtime
DEV     := .venv/.dev

##@ The line

.PHONY: run
run: ready ## Serve the demo city on http://127.0.0.1:8311; the browser phone is at /phone
	@exec $(BIN)/dial311 run

.PHONY: call
call: ready ## Call the line from this terminal
	@exec $(BIN)/dial311 call

.PHONY: ready
ready: $(RUNTIME)
	@$(BIN)/dial311 db upgrade

##@ Work on it

.PHONY: test
test: $(DEV) ## Run every test, on SQLite and, where a server can be had, PostgreSQL
	@$(BIN)/python tests/with_postgres.py $(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: check
check: $(DEV) ## Lint, layout, types, and the contracts between the floors
	@status=0; for check in "ruff check ." "ruff format --check ." mypy "lint-imports --no-logo"; do \
	    echo "== $$check"; $(BIN)/$$check || status=1; done; exit $$status

.PHONY: format
format: $(DEV) ## Lay the code out, and mend what the linter can mend by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Those a change of the code may move; `ls bench/*.py` shows the others, each of which says in its first line what it is.
BENCH ?= emergencies services places calls turns

.PHONY: bench
bench: $(DEV) ## Measure emergencies, services, places, calls and turns, a table each; BENCH=turns chooses
	@set -e; for bench in $(BENCH); do echo; echo "== $$bench"; $(BIN)/python -m bench.$$bench; done

.PHONY: docs
docs: $(DEV) ## Draw anew what the documentation shows of the source
	@set -e; for page in docs/*.py; do echo "$$page"; $(BIN)/python "$$page"; done
	$(BIN)/dial311 chart --out docs/call-flow.svg

.PHONY: lock
lock: $(DEV) ## Renew the lock files: every version pinned, every wheel hashed, no host named
	$(BIN)/pip-compile --upgrade --output-file requirements.txt pyproject.toml
	$(BIN)/pip-compile --upgrade --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml

.PHONY: clean
clean: ## Remove .venv and caches; data under var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist *.egg-info
	find ivr dispatch storage tests bench -name __pycache__ -prune -exec rm -rf {} +

.PHONY: help
help: ## Print this page
	@sed -n 's/^# \{0,1\}//p;/^SHELL/q' Makefile
	@awk -F ':.*## ' '/^##@/ { printf "\n%s\n", substr($$0, 5) } /^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

# --- The virtual environment -------------------------------------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "dial311 needs Python 3.11 or newer, and PYTHON=$(PYTHON) is " + sys.version.split()[0])'
	@$(PYTHON) -m venv .venv

INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check

$(RUNTIME): requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing what requirements.txt locks into .venv: once, and it may take a minute."
	@$(INSTALL) --require-hashes --requirement requirements.txt
	@PYTHONWARNINGS=ignore $(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements-dev.txt $(RUNTIME)
	@echo "Installing what requirements-dev.txt adds."
	@$(INSTALL) --require-hashes --requirement requirements-dev.txt
	@touch $@
