# `make help` lists the targets. Everything installs into .venv but `make tools`, which
# says what it cannot do without root; nothing needs root.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup tools run kinto test check bench update lock clean

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(STAMP) ## install opsready into .venv/bin

$(STAMP): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "opsready needs Python 3.11 or newer; run: make $(MAKECMDGOALS) PYTHON=python3.11" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing the locked dependencies into $(VENV) …" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

tools: ## what containers and registries need: as root with apt it is installed, else said
	@scripts/install-tools

run: setup tools ## the whole stage on examples/orders, ending in the verdict
	@$(BIN)/opsready run examples/orders; code=$$?; case $$code in 0|1|3) exit 0;; *) exit $$code;; esac

kinto: setup ## the same command line on Kinto, a service that we did not write
	@scripts/fetch-kinto .cache/kinto
	@$(BIN)/opsready run .cache/kinto --spec examples/kinto/opsready.yaml; code=$$?; case $$code in 0|1|3) exit 0;; *) exit $$code;; esac

test: setup ## the test suite
	@$(BIN)/pytest

check: setup ## what CI runs: ruff, mypy --strict, import contracts, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

bench: setup ## speed beside that of others, a quarter of an hour; ONLY="slos growth" chooses rows
	@$(BIN)/python -m bench $(if $(ONLY),--only $(ONLY))

update: setup ## write goldens and generated files anew; read the diff before you commit it
	@$(BIN)/python scripts/update.py

lock: ## resolve the dependencies anew
	@$(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	  --extra rehearse --extra linters --extra parquet --group dev --generate-hashes --no-header --no-emit-index-url \
	  --no-annotate --output-file requirements.lock

clean: ## remove what was installed and cached here
	@rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
