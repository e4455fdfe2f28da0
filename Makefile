# The commands of the project; `make help` lists them.

SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

LISTEN ?= 127.0.0.1:8080
DATA ?= ./data
CARGO ?= cargo

.PHONY: help
help: ## List the commands.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 15

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	touch $@

.PHONY: page
page: web/dist/index.html ## Build the web page that is compiled into the binary.

web/dist/index.html: web/node_modules/.package-lock.json $(shell find web/src web/public web/index.html web/vite.config.ts -type f 2>/dev/null)
	cd web && npm run --silent build
	touch $@

.PHONY: serve
serve: page ## Build everything and serve on LISTEN (127.0.0.1:8080) with data in DATA (./data).
	$(CARGO) build --release -p prf
	./target/release/prf serve --listen $(LISTEN) --data $(DATA)

.PHONY: test
test: ## Everything CI runs; installs what it needs where it may.
	tools/test.sh

.PHONY: screenshots
screenshots: page ## Pictures of every screen into web/screenshots, which git ignores.
	$(CARGO) build -q -p prf --bin prf
	cd web && npm run --silent screenshots

.PHONY: test-aws
test-aws: ## Deploy the three environments to a simulated AWS and test them there.
	tools/aws.sh test $(TESTS)

.PHONY: drill-restore
drill-restore: ## Rehearse the restore of the six tables on a simulated AWS.
	tools/aws.sh drill

.PHONY: fix
fix: ## Format Rust and the page.
	$(CARGO) fmt
	cd web && npm run --silent fix

.PHONY: bench
bench: page ## Measure checker, start-up, turns, sockets and hostile clients; prints figures beside their bounds.
	$(CARGO) build --release -p prf --bin prf
	$(CARGO) run --release -q -p prf --example bench -- ./target/release/prf $(PARTS)

.PHONY: bench-lambda
bench-lambda: ## Measure the functions on Lambda: start, memory, processor time, size.
	$(CARGO) build --profile lambda -p lambda
	$(CARGO) run -q -p lambda --example bench -- ./target/lambda/bootstrap $(PARTS)

.PHONY: eval
eval: ## Measure the checker against the gold set and its baseline; a drop fails.
	$(CARGO) run -q --locked -p prf -- eval eval/gold --baseline eval/baseline.json

.PHONY: schemathesis
schemathesis: ## Ask a server of its own whatever its API document allows, for MINUTES (10).
	tools/schemathesis.sh

.PHONY: sbom
sbom: ## Write the bill of materials (CycloneDX JSON) to sbom.json.
	tools/sbom.py > sbom.json

.PHONY: audit
audit: ## Licences, sources and known holes of every crate and package; says what it could not ask.
	tools/audit.sh

.PHONY: api
api: ## Write the OpenAPI document and the page's types anew.
	$(CARGO) run -q -p prf -- openapi > web/openapi.json
	cd web && npm run --silent api
