# Shorthands; `make` alone lists them. What they need beyond Rust, they install below .emulators/.

.DEFAULT_GOAL := help
.PHONY: help build demo test test-pure explore crash ci bench profile fmt clippy tidy doc emulator-start emulator-stop clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# As the tests build it, with the features that their own dependencies ask for: so the AWS SDK is built once for both.
build: ## Build palisade for daily work, as target/debug/palisade, and the tests
	cargo test --workspace --no-run

demo: ## Plan, apply and plan again a three-zone ML network on LocalStack
	localstack/demo

test: build ## Run all tests, those against LocalStack too
	localstack/with cargo test --workspace

test-pure: ## Run the tests that need neither the AWS SDK nor LocalStack, in seconds
	cargo test

explore: ## Hold the laws against a hundred times as many networks as the tests do, and new ones each time
	PROPTEST_RNG_SEED=$$(od -An -N4 -tu4 /dev/urandom | tr -d ' ') PROPTEST_CASES=25600 \
		cargo test --release --package palisade-engine --test laws

crash: build ## Kill the binary at each change of two networks in turn (hours)
	PALISADE_TEST_CRASHES=all localstack/with cargo test --workspace --test it -- crashes:: --nocapture

ci: ## Run what CI runs
	.ci/run

bench: ## Measure planning alone, then the commands in release on LocalStack (its first build takes long)
	cargo bench --package palisade-testkit
	cargo build --release --package palisade
	localstack/with cargo xtask bench

profile: ## Show in which functions planning spends its time; needs perf
	cargo xtask profile

fmt: ## Format the code
	cargo fmt --all

clippy: ## Lint the code; warnings are errors
	cargo clippy --workspace --all-targets -- -D warnings

tidy: ## Check the rules that neither the compiler nor clippy can see
	cargo xtask tidy

doc: ## Build the documentation of the crates; warnings are errors
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --document-private-items

emulator-start: ## Start a LocalStack and a moto to play with, and print what a shell is to export
	localstack/start

emulator-stop: ## Stop every LocalStack and moto that was started from here
	localstack/stop --all

clean: emulator-stop ## Remove everything that was built or installed
	cargo clean
	rm -rf .emulators
