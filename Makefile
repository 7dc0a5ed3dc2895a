# What there is to do with this repository. Needs Python 3.11 or newer, make and git; `make` lists the targets.

VENV := .venv
# Three processes keep two cores busy, since many tests wait more than they work. They take tests a few at a time and
# in order, and what takes long comes first (portal/testing.py).
IN_PARALLEL := --numprocesses 3 --dist load --maxschedchunk 8
PYTHON := $(shell command -v python3.11 || command -v python3)
RUN := $(VENV)/bin/python
MESSAGES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/django.po))
COMPILE := $(VENV)/bin/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host \
	--no-emit-find-links --no-header --strip-extras --allow-unsafe

.PHONY: help setup setup-dev run test lint check coverage bench chaos messages pictures requirements
.DEFAULT_GOAL := help

help:
	@echo "make setup         the environment in .venv (the other targets do this themselves)"
	@echo "make run           the whole portal with demo data on http://localhost:8000 (PORT=, VAR_DIR=)"
	@echo "make test          every test, in a browser too (ARGS= goes to pytest)"
	@echo "make check         style, types and import contracts, then every test"
	@echo "make coverage      every test, and which lines and branches none of them reached (takes half as long again)"
	@echo "make bench         speed, as ratios to pgbench on the same server (ONLY=name,name ROUNDS=5)"
	@echo "make chaos         kill, crash and refuse at every step (CHAOS=minutes SEED= ONLY=part)"
	@echo "make messages      compile the translations"
	@echo "make pictures      the screenshots of the README, taken by the browser tests"
	@echo "make requirements  pin what requirements*.in ask for"

setup: $(VENV)/.has-requirements

setup-dev: setup $(VENV)/.has-dev-requirements $(VENV)/.has-chromium

run: setup messages
	@exec $(RUN) manage.py up

test: setup-dev messages
	@$(RUN) -m pytest $(IN_PARALLEL) $(ARGS)

check: lint
	@$(MAKE) --no-print-directory test

coverage:
	@$(MAKE) --no-print-directory test ARGS="--cov --cov-branch --cov-report=term $(ARGS)"

lint: setup-dev messages
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy .
	$(VENV)/bin/lint-imports
	$(RUN) manage.py makemigrations --check --dry-run
	$(RUN) manage.py spectacular --validate --fail-on-warn --file /dev/null

bench: setup messages
	@exec $(RUN) manage.py bench $(if $(ONLY),--only $(ONLY)) $(if $(ROUNDS),--rounds $(ROUNDS))

chaos: setup messages
	@exec $(RUN) manage.py chaos $(if $(CHAOS),--minutes $(CHAOS)) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only "$(ONLY)")

messages: $(MESSAGES)

%.mo: %.po | setup
	@$(RUN) manage.py messages --compile

pictures: setup-dev messages
	@REDRESS_SCREENSHOTS=docs/images $(RUN) -m pytest --quiet portal/tests/test_journeys_in_browser.py -k before_the_page_is_back

requirements: setup-dev
	$(COMPILE) --output-file requirements.txt requirements.in
	$(COMPILE) --output-file requirements-stripe.txt requirements-stripe.in
	$(COMPILE) --output-file requirements-dev.txt requirements-dev.in

# A stamp says which requirements are in: an interrupted installation leaves none and is repeated.
$(VENV)/.has-requirements: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Redress needs Python 3.11 or newer: install it, then run make again.")'
	@echo "Installing what the portal needs into $(VENV) (once, about a minute)"
	@$(RUN) -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	@touch $@

$(VENV)/.has-dev-requirements: requirements-dev.txt $(VENV)/.has-requirements
	@echo "Installing what the checks need into $(VENV) (once)"
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.txt
	@touch $@

$(VENV)/.has-chromium: scripts/install-chromium $(VENV)/.has-dev-requirements
	@scripts/install-chromium $(RUN)
	@touch $@
