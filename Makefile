# Two commands on a fresh machine with Python 3.11+ and make: `make demo` and `make test`.
# Everything is set up in .venv from hash-pinned lock files; nothing outside this folder is touched.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MODEL := $(VENV)/share/mcp-sidecar/rampart-int8.onnx
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install

.PHONY: help demo model test bench nightly lint format lock clean secure sbom audit

help: ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 10

$(VENV)/.run: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=python3.12, say")'
	@test -x $(BIN)/python || { echo "setting up $(VENV) (once, a few minutes) …"; $(PYTHON) -m venv $(VENV); }
	@$(PIP) --no-deps --require-hashes -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "installing what the tests need …"
	@$(PIP) --no-deps --require-hashes -r requirements-dev.txt
	@touch $@

demo: $(VENV)/.run ## an unaware Marketing Cloud server, protected in both directions
	@$(BIN)/mcp-sidecar demo

model: $(MODEL) ## a model file that takes half the time, built from the shipped one
	@test -f $(MODEL)

$(MODEL): sidecar/redaction/int8.py sidecar/redaction/weights.py $(VENV)/.dev
	@$(BIN)/python -m sidecar.redaction.int8 || echo "going on with the shipped model file, which takes twice the time" >&2

test: $(MODEL) tests/clients/node/node_modules/.installed tests/sfmc/clients/.venv/.installed ## all tests
	@$(BIN)/python -m pytest -n 2 --dist loadfile

tests/clients/node/node_modules/.installed: tests/clients/node/package-lock.json $(VENV)/.dev
	@echo "installing the TypeScript peers the tests talk to …"
	@$(BIN)/python tests/clients/node/install.py ci
	@touch $@

tests/sfmc/clients/.venv/.installed: tests/sfmc/clients/requirements.txt $(VENV)/.dev
	@echo "installing the Marketing Cloud clients the emulator is tested with …"
	@$(PYTHON) -m venv tests/sfmc/clients/.venv
	@tests/sfmc/clients/.venv/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --require-hashes -r tests/sfmc/clients/requirements.txt
	@touch $@

bench: $(MODEL) ## side-by-side measurements
	@$(BIN)/python -m benchmarks

nightly: test ## what is too long for CI
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m nightly --timeout 3600

lint: $(VENV)/.dev ## format, lint, types, architecture
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy

$(VENV)/.tools: .ci/requirements-tools.txt
	@test -x $(PYTHON) || command -v $(PYTHON) >/dev/null
	@echo "installing bandit, semgrep, cyclonedx and pip-audit apart from the rest …"
	@$(PYTHON) -m venv $(VENV)/tools
	@$(VENV)/tools/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --require-hashes -r .ci/requirements-tools.txt
	@touch $@

secure: $(VENV)/.run $(VENV)/.tools ## look through the code for what is dangerous: bandit, and semgrep with our own rules
	@$(VENV)/tools/bin/bandit -q -lll -r sidecar upstream_sfmc
	@PATH=$(VENV)/tools/bin:$$PATH $(VENV)/tools/bin/semgrep scan --metrics=off --disable-version-check --error --quiet --config .ci/semgrep.yml sidecar upstream_sfmc

sbom: $(VENV)/.run $(VENV)/.tools ## what is installed, as CycloneDX: build/sbom.json
	@mkdir -p build
	@$(VENV)/tools/bin/cyclonedx-py environment $(BIN)/python --pyproject pyproject.toml --output-reproducible --of JSON -o build/sbom.json
	@echo build/sbom.json

audit: $(VENV)/.tools ## known vulnerabilities of what is locked; exit 3 when the advisory data cannot be reached
	@PATH=$(VENV)/tools/bin:$$PATH .ci/audit requirements.txt

format: $(VENV)/.dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: ## refresh the lock files (needs uv)
	uv pip compile --quiet --universal -p 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal -p 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	printf 'zeep==4.3.3\nsalesforce-fuelsdk-sans==1.3.1\n' | uv pip compile --quiet --universal -p 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate - -o tests/sfmc/clients/requirements.txt
	printf 'fuelsdkwrapper==1.3.4\n' | uv pip compile --quiet --universal -p 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --no-deps - >> tests/sfmc/clients/requirements.txt
	printf 'onnx\nml-dtypes\n' | uv pip compile --quiet --universal -p 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --no-deps -c requirements-dev.txt - -o k8s/images/requirements-model.txt

clean:
	rm -rf $(VENV) tests/clients/node/node_modules tests/sfmc/clients/.venv
