# `make run` starts the portal, `make test` checks everything; both set up what they need.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
BIN := .venv/bin
export PORT

.DEFAULT_GOAL := help
.PHONY: help run test lint format bench demo shell lock prepare

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1|/' | column -t -s '|'

run: ## the portal with demo data at http://localhost:8000 (PORT=8001 for another port); Ctrl-C ends it
	@$(PYTHON) scripts/prepare.py
	@exec $(PYTHON) scripts/serve.py

test: ## everything: style, types, tests on SQLite and PostgreSQL, tests in the browser
	@$(PYTHON) scripts/run_tests.py

lint: prepare ## style, types, import order, templates, migrations, deployment settings
	@$(PYTHON) scripts/lint.py

format: prepare ## rewrite code and templates in the project's style
	@$(PYTHON) scripts/lint.py --format

bench: ## figures: pages, readings, workbooks, acts, commands (ONLY="pages act" for some)
	@$(PYTHON) scripts/prepare.py --bench
	@$(BIN)/python -m tests.bench $(ONLY)

demo: ## load the demo (METERS=10000 adds the big contract)
	@$(PYTHON) scripts/prepare.py
	@$(BIN)/python manage.py make_demo $(if $(METERS),--meters $(METERS))

shell: ## a Python shell with the models
	@$(BIN)/python manage.py shell

# Resolve with the oldest Python 3.11 at hand: packages may leave its early releases out.
lock: prepare ## resolve the packages anew and keep the lock free of any index
	@PIPENV_VENV_IN_PROJECT=1 PIPENV_IGNORE_VIRTUALENVS=1 var/tools/pipenv/bin/pipenv lock
	@$(PYTHON) scripts/neutral_lock.py

prepare:
	@$(PYTHON) scripts/prepare.py --tests
