# Two commands are enough: `make run` and `make test`. Each prepares what it needs.

PY ?= python3.11
PORT ?= 8000
export UV_PYTHON_DOWNLOADS = never
export GAPLESS_DATA ?= var
export GAPLESS_URL ?= http://localhost:$(PORT)

UV := PYTHONPATH=.tools $(PY) -m uv
PYTHON := .venv/bin/python
GAPLESS := .venv/bin/gapless
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --prerelease disallow
FRONTEND := $(shell find frontend -path frontend/node_modules -prune -o -type f ! -name .ok -print)
WORDS := $(wildcard src/gapless/web/locale/*/LC_MESSAGES/*.po)

.DEFAULT_GOAL := help
.PHONY: help setup run test check reference sweep faults bench bench-quick bench-web bench-pages messages lock clean

help:  ## list these targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

setup: .venv/.ok frontend/.ok .venv/.words  ## prepare everything, start nothing

run: setup  ## start Gapless with the demo company, and print where it is
	@$(GAPLESS) init
	@$(GAPLESS) demo --if-empty
	@$(GAPLESS) serve --port $(PORT)

test: setup  ## every test, on SQLite and on PostgreSQL
	@$(PYTHON) tools/suite.py

check: setup  ## style, types, import contracts, templates, migrations, words
	@$(PYTHON) tools/check.py

reference: setup  ## every published number beside what gapless_stats computes
	@$(PYTHON) tools/published.py

sweep: setup  ## every door for everybody, at full size
	@$(PYTHON) tools/suite.py sweep

faults: setup  ## kill, cut and fill, at full size
	@$(PYTHON) tools/suite.py faults

bench: .venv-bench/.ok  ## the statistics beside the libraries people use, on ten million answers
	@OPENBLAS_NUM_THREADS=1 PYTHONPATH=src:bench .venv-bench/bin/python bench/library.py

bench-quick: .venv-bench/.ok  ## the same in a minute, on one million
	@OPENBLAS_NUM_THREADS=1 PYTHONPATH=src:bench .venv-bench/bin/python bench/library.py --quick

bench-web: setup  ## how many customers can answer in a second, beside bare Django and raw inserts
	@PYTHONPATH=tools $(PYTHON) bench/web.py

bench-pages: setup  ## how long the gap pages take with a million answers of two thousand halls
	@PYTHONPATH=tools $(PYTHON) bench/pages.py

messages: .venv/.ok  ## gather the sentences of the product into the catalogues, and compile them
	@$(PYTHON) tools/messages.py

lock: .tools/.ok  ## choose the versions of all dependencies anew
	$(COMPILE) pyproject.toml -o requirements/base.txt
	$(COMPILE) -c requirements/base.txt pyproject.toml --group dev -o requirements/dev.txt
	$(COMPILE) -c requirements/base.txt pyproject.toml --group bench -o requirements/bench.txt

clean:  ## remove what was built; the installation in var/ stays
	rm -rf .tools .venv .venv-bench frontend/node_modules frontend/.ok src/gapless/web/static/gapless
	rm -rf .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src -name '*.mo' -delete

.tools/.ok: requirements/bootstrap.txt
	@echo "Installing uv …"
	@rm -rf .tools
	@$(PY) -m pip install --quiet --disable-pip-version-check --root-user-action ignore \
		--no-deps --require-hashes --target .tools -r $<
	@touch $@

.venv/.ok: .tools/.ok requirements/dev.txt pyproject.toml
	@echo "Installing the Python packages …"
	@$(UV) venv --quiet --allow-existing --python $(PY) .venv
	@$(UV) pip sync --quiet --python $(PYTHON) --require-hashes requirements/dev.txt
	@$(UV) pip install --quiet --python $(PYTHON) --no-deps --no-build-isolation -e .
	@touch $@

.venv-bench/.ok: .tools/.ok requirements/bench.txt pyproject.toml
	@echo "Installing the libraries to be compared with …"
	@$(UV) venv --quiet --allow-existing --python $(PY) .venv-bench
	@$(UV) pip sync --quiet --python .venv-bench/bin/python --require-hashes requirements/bench.txt
	@touch $@

frontend/.ok: $(FRONTEND)
	@echo "Building the front end …"
	@cd frontend && npm ci --silent && npm run --silent build
	@touch $@

.venv/.words: .venv/.ok $(WORDS)
	@$(PYTHON) tools/messages.py compile
	@touch $@
