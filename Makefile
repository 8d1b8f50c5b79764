# The front door: a thin layer over CMake. `make help` lists what there is.
#
#   make bench ARGS='--workers 1,2,4'     arguments for `parbench run`
#   make CMAKE_ARGS=-DPARBENCH_WERROR=ON  settings for CMake; they last until `make clean`
#   make BUILD=/tmp/build                 another place to build in

BUILD      ?= build
JOBS       ?= $(shell nproc)
ARGS       ?=
CMAKE_ARGS ?=
# The run to report on: the newest one that was made here.
RUN        ?= $(shell ls -t results/*/manifest.json 2>/dev/null | \
                sed -e '/^results\/reference\//d' -e 's/\/manifest.json$$//' -e q)
# Where the records of labs lie, lab1 and the like.
RECORDS    ?= results

export BUILD RECORDS
# As one word for the shell, whatever is in it.
quoted      = '$(subst ','\'',$(1))'
build       = $(call quoted,$(BUILD))
.NOTPARALLEL:
.PHONY: all bench test test-cluster test-arm64 fuzz overhead shapes soundness report labs clean help \
        build-bench build-test

all: build-bench ## build build/parbench (default)

bench: build-bench ## measure the quick profile, and write its figures and report
	@$(build)/parbench run $(ARGS)

test: build-test ## build and run every test
	@ctest --test-dir $(build) --output-on-failure --no-tests=error --parallel $(JOBS)

test-cluster: build-test ## run the tests on a cluster of namespaces, with Slurm on it, as root
	@scripts/setup cluster
	@tests/cluster/run $(build)

# A build of its own, by a cross compiler.
test-arm64: ## build for 64-bit Arm, and run units and cells of it under an emulator
	@scripts/setup arm64
	@scripts/arm64-root build-arm64/root
	@words=$$(cmake --preset arm64 $(CMAKE_ARGS)) || { echo "$$words"; exit 1; }
	@env -u MAKEFLAGS -u MAKELEVEL cmake --build --preset arm64 --parallel $(JOBS)
	@ctest --preset arm64 --parallel $(JOBS)

# A build of its own, with clang. FUZZ_SECONDS=600: so long for each reader.
fuzz: ## look for inputs that break what reads files and options, a minute each
	@scripts/setup fuzz
	@words=$$(cmake --preset fuzz $(CMAKE_ARGS)) || { echo "$$words"; exit 1; }
	@env -u MAKEFLAGS -u MAKELEVEL cmake --build --preset fuzz --parallel $(JOBS)
	@tests/fuzz/run $(call quoted,$(CURDIR)/build-fuzz)

overhead: build-bench ## measure what the suite itself costs
	@$(build)/overhead $(ARGS)

shapes: build-bench ## measure whether models take the time that they are to take
	@$(build)/shapes $(ARGS)

soundness: build-test ## measure the same twice, and a kernel that is 5 % slower, and compare
	@tests/soundness $(build)

report: build-bench ## write the newest run's figures and report again, or those of RUN=DIR
	@test -n $(call quoted,$(RUN)) || \
	    { echo 'make report: there is no run under results/; try make bench' >&2; exit 1; }
	@$(build)/parbench report $(call quoted,$(RUN)) $(ARGS)

labs: ## write the labs as pages, with the figures of the runs made here, or those in RECORDS=DIR
	@scripts/setup labs
	@scripts/labs

clean: ## remove what was built; results stay
	@for folder in $(build) build-*; do \
	    if [ -e "$$folder/CMakeCache.txt" ] || [ -e "$$folder/setup.log" ]; then \
	        rm -rf "$$folder"; \
	    else \
	        rm -f "$$folder"/labs/*.html "$$folder"/labs/teacher/*.html; \
	    fi; \
	done

help: ## print this list
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

in_build  = $(shell test -e $(build)/$(1) && echo $(1))
# A build for tests serves for everything. Another one leaves out what only tests need.
has_tests = $(call in_build,tests/CTestTestfile.cmake)
build-test:  new = $(if $(has_tests),,new)
build-bench: new = $(if $(call in_build,compile_commands.json),,new)
build-bench: settings = $(if $(has_tests),,-DPARBENCH_TESTS=OFF)

configure = words=$$(cmake --preset release -B $(build) $(settings) $(CMAKE_ARGS)) \
            || { echo "$$words"; exit 1; }
# The make that CMake calls is to be none of this one's: it would say where it enters and leaves.
compile   = env -u MAKEFLAGS -u MAKELEVEL cmake --build $(build) --parallel $(JOBS)

build-bench build-test: build-%:
	@scripts/setup $*
	@$(if $(new)$(CMAKE_ARGS),$(configure))
	@$(compile)
