# What a person types. `make warehouse` and `make test` are all that a new machine needs (Python 3.11 or newer, git, make).

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
export DAGSTER_HOME := $(CURDIR)/.dagster
export PYTHONUTF8 := 1
PORT ?= 3000

.DEFAULT_GOAL := help
.PHONY: help warehouse test bench lint ui dictionary summary clean

help: ## say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

# Installing leaves a mark, so that it is done once for each state of the lists. Bytecode is compiled now: without it every
# process that imports Dagster takes twelve seconds longer.
$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[report]'
	$(RUN) -m compileall -q -j 0 $(VENV)/lib capex_pipeline || true
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(RUN) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[report,test,postgres,s3,spreadsheets]'
	touch $@

$(VENV)/installed-lint: $(VENV)/installed-test
	$(RUN) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[report,test,postgres,s3,spreadsheets,lint]'
	touch $@

.dagster/dagster.yaml: deploy/local/dagster.yaml
	mkdir -p .dagster
	cp $< $@

warehouse: $(VENV)/installed .dagster/dagster.yaml ## build every table from raw/ and say what changed
	@$(RUN) -m capex_pipeline.command_line build

# The whole suite starts Dagster, a browser and PostgreSQL and takes minutes; a person waits for the quick part.
TESTS ?= quick
test: $(VENV)/installed-test ## run the tests (TESTS=all: with browser, database, and everything that takes long)
	$(RUN) -m pytest -n 2 --dist loadfile $(if $(filter all,$(TESTS)),,-m "not slow and not e2e")

bench: $(VENV)/installed-test ## measure reading of bulk filings and of article text
	$(RUN) benchmarks/article_text.py
	$(RUN) benchmarks/companyfacts_bulk.py

lint: $(VENV)/installed-lint ## check style and types
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check capex_pipeline tests
	$(VENV)/bin/mypy

ui: $(VENV)/installed .dagster/dagster.yaml ## start Dagster's web interface on this machine (http://127.0.0.1:3000)
	$(VENV)/bin/dagster dev -w workspace.yaml --host 127.0.0.1 --port $(PORT)

dictionary: $(VENV)/installed ## write warehouse/README.md from the table models
	@$(RUN) -m capex_pipeline.command_line dictionary

summary: $(VENV)/installed ## say what is in the warehouse
	@$(RUN) -m capex_pipeline.command_line summary

clean: ## remove the environment, Dagster's home and the tables (raw/ stays)
	rm -rf $(VENV) .dagster .warehouse.staging .warehouse.releases warehouse/*.parquet warehouse/*.json warehouse/*.yaml warehouse/*.sql \
	  warehouse/*.html build *.egg-info
