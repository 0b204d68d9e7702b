# Everything needs Python 3.11 or later and nothing else; `make` alone lists the targets.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test check fmt golden cases lock docs run coverage cluster cluster-down test-cluster record pictures

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(READY): pyproject.toml requirements-dev.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

demo: $(READY) ## the bot in a simulated Slack in your browser, no accounts needed
	$(BIN)/python -m simulator

test: $(READY) ## the test suite
	$(BIN)/python -m pytest $(ARGS)

check: $(READY) ## format, lint, types, architecture
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: $(READY) ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

coverage: $(READY) ## the test suite with branch coverage
	$(BIN)/python -m coverage run -m pytest -m "not cluster and not browser" $(ARGS)
	$(BIN)/python -m coverage report --skip-covered --sort=cover

golden: $(READY) ## rewrite the expected reports; read the diff
	$(BIN)/python -m pytest --golden $(ARGS)

cases: $(READY) ## score a folder of labelled cases: make cases CASES=DIR
	$(BIN)/python -m tests.cases $(CASES)

cluster: ## start a real one-node Kubernetes on this machine (root; see docs/real-cluster.md)
	@tests/cluster/up

cluster-down: ## end the cluster that `make cluster` started, and nothing else
	@tests/cluster/down

test-cluster: $(READY) ## the end-to-end tests on it, or on the cluster that KUBECONFIG names
	$(BIN)/python -m pytest -m cluster tests/cluster $(ARGS)

record: $(READY) ## record every failure anew, for example from a new version of Kubernetes
	$(BIN)/python -m pytest -m cluster tests/cluster/test_failures.py --record $(ARGS)

pictures: $(READY) ## take the pictures of the README anew (needs Chromium)
	$(BIN)/python -m tests.browser.pictures

lock: $(READY) ## pin the requirements anew
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --group dev pyproject.toml -o requirements-dev.txt

docs: $(READY) ## write the pages of docs/ that come from the code
	$(BIN)/python -m tools.configuration
	$(BIN)/python -m tools.causes_doc
	$(BIN)/python -m tools.example_report
	$(BIN)/python -m tools.failures_doc

run: $(READY) ## the bot, with the settings of your environment
	$(BIN)/python -m bot run
