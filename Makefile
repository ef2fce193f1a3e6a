# What a person types. `make warehouse` and `make test` are all that a new machine needs (Python 3.11 or newer, git, make).

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
comma := ,
export DAGSTER_HOME := $(CURDIR)/.dagster
export PYTHONUTF8 := 1
# Modules are compiled once and kept, also in a container that says otherwise: collecting the tests takes half the time then.
export PYTHONDONTWRITEBYTECODE :=
PORT ?= 3000

.DEFAULT_GOAL := help
.PHONY: help warehouse test bench soak mutants fuzz lint ui dictionary templates summary clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

# Installing leaves a mark, so that it is done once for each state of the lists. Everything that is asked for is resolved at once. Bytecode is
# compiled by all cores afterwards, but for the tests that libraries bring along: without it every process that imports Dagster takes twelve seconds
# longer.
define install
	test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-compile --constraint constraints.txt --editable '.$(1)'
	$(RUN) -m compileall -q -j 0 -x 'site-packages/.*/tests/' $(VENV)/lib capex_pipeline || true
	touch $(VENV)/installed $@
endef

$(VENV)/installed: pyproject.toml constraints.txt
	$(call install,)

$(VENV)/installed-test: pyproject.toml constraints.txt
	$(call install,[drawing$(comma)test$(comma)postgres$(comma)s3])

$(VENV)/installed-all: pyproject.toml constraints.txt
	$(call install,[drawing$(comma)test$(comma)postgres$(comma)s3$(comma)spark$(comma)celery])
	touch $(VENV)/installed-test

$(VENV)/installed-fuzz: $(VENV)/installed-test
	$(call install,[fuzz])

$(VENV)/installed-lint: $(VENV)/installed-test
	$(call install,[lint])

.dagster/dagster.yaml: capex_pipeline/cli/project_template/dagster.yaml
	mkdir -p .dagster
	cp $< $@

warehouse: $(VENV)/installed .dagster/dagster.yaml ## build every table and the report page from raw/, and report what changed
	@$(VENV)/bin/capex-pipeline build

# Four workers for all of it: two wait for servers, and each takes seconds to collect the tests. In the order of tests/conftest.py, so that no long
# file comes last.
# The whole suite starts Dagster, a browser, PostgreSQL, Caddy, Celery and Spark and takes minutes; a person waits for the quick part.
TESTS ?= quick
TESTS_quick := -n 2 --dist loadfile --ignore=tests/e2e -m "not slow and not e2e"
TESTS_all := -n 4 --dist loadfile --no-loadscope-reorder
test: $(if $(filter quick,$(TESTS)),$(VENV)/installed-test,$(VENV)/installed-all) ## run the tests (TESTS=all: with browser, database, proxy, Celery and Spark, and all that takes long)
	$(RUN) -m pytest $(TESTS_$(TESTS))

bench: $(VENV)/installed-test ## measure speed, memory and quality of reading, and write docs/performance.md
	$(RUN) -m benchmarks
	$(RUN) -m benchmarks.article_text --no-speed
	$(RUN) -m benchmarks.article_prose
	$(RUN) -m benchmarks.printed_tables
	$(RUN) -m benchmarks.bound_figures
	$(RUN) -m benchmarks.generated_documents
	$(RUN) -m benchmarks.web_interface

MINUTES ?= 10
soak: $(VENV)/installed-test ## try to break the pipeline for MINUTES=10: kills, faults, two builds at once, damaged documents; then properties of tables
	$(RUN) -m tests.soak --minutes $(MINUTES)
	EXAMPLES=30 $(RUN) -m pytest -n 2 tests/properties

RULES ?= $(patsubst capex_pipeline/%,%,$(wildcard capex_pipeline/values/[a-z]*.py capex_pipeline/normalise/[a-z]*.py capex_pipeline/reconcile/[a-z]*.py)) \
  schemas/validation.py schemas/rules.py
PART ?= 1/20
mutants: $(VENV)/installed-test ## make small changes of the rules and see whether a test notices (RULES=values/units.py PART=1/1)
	rm -f mutants.tsv
	nice -n 10 $(RUN) -m mutation_testing $(RULES) --part $(PART) --report mutants.tsv

SECONDS ?= 300
fuzz: $(VENV)/installed-fuzz ## fuzz the readers of texts and filings for SECONDS=300 each
	for target in text article instance inline segments filings; do $(RUN) -m tests.fuzz $$target --seconds $(SECONDS) || exit 1; done

lint: $(VENV)/installed-lint ## check style and types
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check capex_pipeline tests benchmarks mutation_testing
	$(VENV)/bin/mypy

ui: $(VENV)/installed .dagster/dagster.yaml ## start Dagster's web interface on this machine (http://127.0.0.1:3000)
	$(VENV)/bin/capex-pipeline ui --port $(PORT)

dictionary: $(VENV)/installed ## write warehouse/README.md and the outline of the tables from their models
	@$(VENV)/bin/capex-pipeline develop outline
	@$(VENV)/bin/capex-pipeline dictionary

templates: $(VENV)/installed-test ## compile the charts of the report page from how they are drawn (capex_pipeline/report/chart_templates.py)
	@$(VENV)/bin/capex-pipeline develop templates

summary: $(VENV)/installed ## list tables and row counts of the warehouse
	@$(VENV)/bin/capex-pipeline summary

clean: ## remove the environment, Dagster's home and the tables (raw/ stays)
	rm -rf $(VENV) .dagster .warehouse.staging .warehouse.releases warehouse/*.parquet warehouse/*.json warehouse/*.yaml warehouse/*.sql \
	  warehouse/*.html build *.egg-info mutants.tsv
