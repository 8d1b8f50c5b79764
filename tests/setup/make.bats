#!/usr/bin/env bats
#
# The Makefile, over a CMake that is none: what it is told is in the file told, an argument a line.
#
# shellcheck disable=SC2016 # the stubs are to expand what is in their text

bats_require_minimum_version 1.5.0

setup()
{
    cd "$BATS_TEST_TMPDIR" || return 1
    cp "$BATS_TEST_DIRNAME/../../Makefile" .
    mkdir bin scripts tests
    export PATH=$PWD/bin:$PATH
    unset MAKEFLAGS MAKELEVEL BUILD ARGS RUN RECORDS CMAKE_ARGS
    stub scripts/setup <<<'printf "setup: %s\n" "$@" "$BUILD" >>told'
    stub scripts/labs <<<'printf "labs: %s\n" "$@" "$BUILD" "$RECORDS" >>told'
    mkdir tests/cluster
    stub tests/cluster/run <<<'printf "cluster: %s\n" "$@" >>told'
    stub tests/soundness <<<'printf "soundness: %s\n" "$@" >>told'
    stub bin/ctest <<<'printf "ctest: %s\n" "$@" >>told'
    stub bin/cmake <<'END'
printf 'cmake: %s\n' "$@" >>told
if [[ $1 == --preset ]]; then
    mkdir -p "$4/tests"
    touch "$4/CMakeCache.txt" "$4/compile_commands.json"
    [[ $* == *TESTS=OFF* ]] || touch "$4/tests/CTestTestfile.cmake"
    printf '#!/bin/sh\nprintf "parbench: %%s\\n" "$@" >>told\n' >"$4/parbench"
    chmod +x "$4/parbench"
fi
END
}

stub() # FILE: of the commands on standard input
{
    { echo '#!/usr/bin/env bash' && cat; } >"$1"
    chmod +x "$1"
}

told() # LINE…: in this order, whatever else stands between
{
    local line
    while (($#)) && IFS= read -r line; do
        [[ $line != "$1" ]] || shift
    done <told
    rm told
    [ "$#" -eq 0 ]
}

@test "a folder to build in is one word, whatever is in its name" {
    local build='a build'"'s \"folder\"; "
    make BUILD="$build"
    told 'setup: bench' "setup: $build" 'cmake: -B' "cmake: $build" 'cmake: -DPARBENCH_TESTS=OFF' \
        'cmake: --build' "cmake: $build"
    make BUILD="$build" bench ARGS='--out "a run"'
    run ! grep -q preset told
    told 'cmake: --build' "cmake: $build" 'parbench: --out' 'parbench: a run'
    BUILD=$build make soundness
    told 'cmake: -B' "cmake: $build" 'cmake: --build' "soundness: $build"
    BUILD=$build make test
    run ! grep -q preset told
    told 'ctest: --test-dir' "ctest: $build"
    make BUILD="$build" test-cluster
    told 'setup: test' 'cmake: --build' 'setup: cluster' "cluster: $build"
    make BUILD="$build" clean
    [ ! -e "$build" ]
}

@test "so is a run to report on: the newest one, but of those that came with the tree" {
    run make report
    [ "$status" -ne 0 ]
    [[ $output == *'there is no run under results/'* ]]
    mkdir -p 'results/an old run' 'results/a new run' results/reference
    touch -d '2 hours ago' 'results/an old run/manifest.json'
    touch -d '1 hour ago' 'results/a new run/manifest.json'
    touch results/reference/manifest.json
    make report
    told 'parbench: report' 'parbench: results/a new run'
    make report RUN="results/that one's"
    told 'parbench: report' "parbench: results/that one's"
}

@test "pages of labs take no build, and the records they show are in a folder of any name" {
    make labs
    run ! grep cmake told
    told 'setup: labs' 'labs: build' 'labs: results'
    make labs BUILD='a build' RECORDS="Ada's \"records\"; "
    told 'setup: labs' 'labs: a build' "labs: Ada's \"records\"; "
    mkdir -p 'a build/labs' && touch 'a build/labs/'{1-one.html,1-one.md}
    make clean BUILD='a build'
    [ "$(ls 'a build/labs')" = 1-one.md ]
}
