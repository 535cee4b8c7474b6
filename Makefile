# The two commands are `make serve` and `make test`. tools/env.sh sets the environment of all of them.
SHELL := bash

.PHONY: help setup serve test looks golden licences fuzz soak bench dist fmt clean-cache

help:
	@echo 'make serve        install what is missing, build, serve http://127.0.0.1:8080 (first time: some 20 minutes until there is a page)'
	@echo 'make test         every check, three browsers included (first time: about an hour; then some minutes)'
	@echo 'make looks        keep how every view looks now, for the tests and the README, after looking at it'
	@echo 'make golden       keep what the golden links give now, and say what changed: by hand, and hardly ever'
	@echo 'make licences     write public/licences.html anew, after a change of crates'
	@echo 'make soak         hours: 200 ends of a page, 200 lost GPUs, 10,000 steps, every golden link and 1,000 more in three engines'
	@echo 'make fuzz         many millions of hostile inputs for everything that reads, guided by coverage (two hours); FUZZ=100000 for fewer'
	@echo 'make bench        speed against other libraries in the browser; BENCH="--only forward --rounds 9" runs a part'
	@echo 'make dist         the folder dist/ for a web host, as small as it gets (10 minutes more), with its sizes'
	@echo 'make setup        only install what is missing'
	@echo 'make fmt          format the code'
	@echo 'make clean-cache  delete the tools and builds in $${FLOWSTEP_CACHE:-~/.cache/flowstep}'

setup:
	@tools/setup.sh test dist

serve:
	@tools/serve.sh

test:
	@tools/test.sh

looks:
	@tools/setup.sh test
	@. tools/env.sh && for_wasm trunk build && FLOWSTEP_LOOKS=renew cargo test --locked --test browser -- look_as_they_did

golden:
	@tools/setup.sh test
	@. tools/env.sh && export FLOWSTEP_GOLDEN=renew && cargo test --locked --test golden -- --nocapture && for_wasm trunk build && cargo test --locked --test browser -- --nocapture golden_links --skip ::firefox --skip ::webkit

licences:
	@. tools/env.sh && node tools/licences.mjs

soak:
	@tools/dist.sh
	@. tools/env.sh && FLOWSTEP_ENDS=200 FLOWSTEP_LOSSES=200 cargo test --locked --test browser -- --include-ignored --nocapture --test-threads 1 soak saved returns golden generated

fuzz:
	@tools/guided.sh

bench:
	@tools/bench.sh $(BENCH)

dist:
	@tools/dist.sh

fmt:
	@. tools/env.sh && cargo fmt

clean-cache:
	@. tools/env.sh && rm -rf "$$FLOWSTEP_CACHE"
