# `make run` serves the product with demo data, `make dev` does so for whoever changes it, `make test`
# runs the tests. Each sets up what it needs.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 5000
PO := translations/zh_Hans_CN/LC_MESSAGES/messages.po
MO := $(PO:.po=.mo)
# the byte code of tests is kept whatever the environment says: else each process compiles it anew
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/pytest
export PYTHONWARNINGS ?= default
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run dev test test-all test-fast test-postgres check audit lint types templates layers docs migrations catalog messages bench lock clean browser

run: $(VENV)/.runtime $(MO)
	@PORT=$(PORT) $(BIN)/python scripts/serve.py

# for whoever changes it: reload on change, debug page on loopback; `make dev SQL=1` echoes SQL
dev: $(VENV)/.dev $(MO)
	@PORT=$(PORT) SQL=$(SQL) $(BIN)/python scripts/dev.py

# the browser's journeys apart from the races of the others: they starve each other
test: $(VENV)/.dev $(MO) browser
	$(PYTEST) -n auto --dist worksteal -m "not browser"
	$(PYTEST) -n auto --dist worksteal -m browser

# every page in each theme, language and width: tests/support/combinations.py says what a run takes
test-all: $(VENV)/.dev $(MO) browser
	$(PYTEST) -n auto -m "not browser" --all-combinations
	$(PYTEST) -n auto --dist worksteal -m browser --all-combinations

test-fast: $(VENV)/.dev $(MO)
	$(PYTEST) -n auto --dist worksteal -m "not postgres and not browser"

# what SQLite hides: lengths, types, the order of NULL
test-postgres: $(VENV)/.dev $(MO)
	$(PYTEST) -n auto -m "not postgres and not browser and not sqlite" --engine postgresql

check: $(VENV)/.dev $(MO)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/python scripts/workflow_docs.py --check
	$(BIN)/python scripts/catalog.py --check
	$(BIN)/python scripts/migrations_in_step.py

# advisories for the locked packages: OSV_EXPORT=all.zip, docs/security.md says where from
audit: $(VENV)/.dev
	@$(BIN)/python scripts/audit.py

docs: $(VENV)/.dev
	$(BIN)/python scripts/workflow_docs.py

# extract the msgids of the code into the Chinese catalog
messages: $(VENV)/.dev
	$(BIN)/python scripts/catalog.py

catalog: $(MO)

bench: $(VENV)/.dev $(MO)
	for file in benchmarks/*.py; do $(BIN)/python $$file; done

$(MO): $(PO) | $(VENV)/.runtime
	$(BIN)/pybabel -q compile -d translations

# The runtime packages alone serve the product, on SQLite and a folder; production.lock adds
# PostgreSQL and S3, and the tests add theirs. All are locked by hash.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock | $(VENV)/bin/python
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

# Browser tests need Chromium and Chinese fonts; with the rights to, install them.
browser:
	@sh scripts/browser.sh

LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q
lock:
	$(LOCK) -o requirements.lock
	$(LOCK) --all-extras -c requirements.lock -o requirements-production.lock
	$(LOCK) --all-extras --group dev -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf $(VENV) instance
