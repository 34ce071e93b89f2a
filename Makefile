# `make run` needs make and Python 3.11 or newer, nothing else. `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help run test quick check lock bench clean

# The first that is new enough, looked for when it is needed; make run PYTHON=/path/to/python decides otherwise.
NEW_ENOUGH = for name in python3 python3.13 python3.12 python3.11 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$name" && exit; done; echo python3
PYTHON ?= $(eval PYTHON := $$(shell $(value NEW_ENOUGH)))$(PYTHON)
VENV ?= .venv
export VENV

# Reach the service as variables of make, too: make run PORT=8001 DATA_DIR=/srv/dndimages
ifdef HOST
export HOST
endif
ifdef PORT
export PORT
endif
ifdef DATA_DIR
export DATA_DIR
endif

IN_VENV = @command -v "$(PYTHON)" >/dev/null 2>&1 || { \
	echo "dndimages cannot start: there is no $(PYTHON) here; install Python 3.11 or newer" >&2; exit 1; }; \
	exec "$(PYTHON)" tools/bootstrap.py

help:  ## show this list
	@sed -n 's/^\([a-z]*\):.*  ## /  make \1\t/p' Makefile

run:  ## install what is needed, prepare the data folder, serve until Ctrl-C (HOST, PORT, DATA_DIR)
	$(IN_VENV) manage.py serve

test:  ## the whole suite: SQLite, then PostgreSQL and Redis when they answer (ARGS="-k tavern")
	$(IN_VENV) --dev tools/run_tests.py $(ARGS)

quick:  ## the suite on SQLite without browser and processes, for each commit (ARGS)
	$(IN_VENV) --dev tools/run_tests.py --quick $(ARGS)

check:  ## style, types, import rules, migrations, templates, deployment settings
	$(IN_VENV) --dev tools/run_checks.py

bench:  ## measure the running service against its floor (ARGS)
	$(IN_VENV) --dev -m bench $(ARGS)

# The development set is solved first and constrains the other: both fit into one environment.
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
lock:  ## pin pyproject.toml's dependencies anew, with hashes (needs uv; UPGRADE=1 takes the newest)
	$(LOCK) $(if $(UPGRADE),--upgrade) --extra dev pyproject.toml -o requirements-dev.txt
	$(LOCK) --constraint requirements-dev.txt pyproject.toml -o requirements.txt

clean:  ## remove the environment and the tools' caches; database and pictures stay
	rm -rf "$(VENV)" .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
