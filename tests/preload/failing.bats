#!/usr/bin/env bats
#
# No memory, no process, no room on the disk: whichever call fails, the front door does what it was
# asked for, or ends with one line that says what is missing. It neither crashes nor waits, nothing
# is left out in silence, and what an earlier run left stays. Run with PARBENCH, the front door, and
# FAILING_LIBRARY, which lets one call of it fail: see failing.c.
#
# shellcheck disable=SC2154,SC2317 # variables of bats; functions that are called by their names

bats_require_minimum_version 1.5.0

setup()
{
    [[ -z ${PARBENCH_TSAN:-} ]] || skip "the sanitizer's own calls would fail"
    PARBENCH=$(realpath "${PARBENCH:?}")
    FAILING_LIBRARY=$(realpath "${FAILING_LIBRARY:?}")
    load ../cli/made_up_runs
    mkdir "$BATS_TEST_TMPDIR/work"
    cd "$BATS_TEST_TMPDIR/work" || return 1
}

small=(strong --profile smoke --alone --kernels pi --models "serial,threads" --size 10000 --workers "1,2"
    --oversubscribe --no-figures)

# Runs the front door with one call that fails.
failing() # KIND N ARGUMENT…
{
    run --separate-stderr timeout 60 env LD_LIBRARY_PATH="$(dirname "$FAILING_LIBRARY")" \
        LD_PRELOAD="$(basename "$FAILING_LIBRARY")" FAILING="$1:$2" FAILING_CALLS=calls \
        "$PARBENCH" "${@:3}"
}

# It ended well, or with one line of complaint, that advises no option that its command lacks. How to
# go on is none.
ended_clearly() # WHAT
{
    local complaints
    complaints=$(grep -vc '^round \|^parbench: the budget\|: go on with \|: write the rest with ' \
        <<<"$stderr" || true)
    if [[ $status -eq 0 ]] || { [[ $status -le 2 && $complaints -eq 1 && $stderr == *parbench:* &&
        $stderr != *--size* ]]; }; then
        return
    fi
    printf '%s: status %d\n%s\n%s\n' "$1" "$status" "$output" "$stderr"
    return 1
}

# Lets calls of a kind fail: so many of all, and so many of the last ones, one after the other.
# `again` is called before each run, `check` after it.
torture() # KIND OF-ALL OF-THE-LAST ARGUMENT…
{
    local kind=$1 n last=$3 calls step
    again
    failing "$kind" 0 "${@:4}"
    [ "$status" -eq 0 ]
    calls=$(cat calls) step=$(($(cat calls) / $2 + 1))
    for ((n = 1; n <= calls; n += n < calls - last ? step : 1)); do
        again
        failing "$kind" "$n" "${@:4}"
        ended_clearly "$kind:$n of $calls"
        check || { echo "$kind:$n of $calls: not as it should be" && return 1; }
    done
}

again() { :; }
check() { :; }

# What succeeds says all that it says otherwise.
same()
{
    [[ $status -ne 0 || $output == "$reference" ]]
}

@test "failing calls of measure" {
    check()
    {
        [[ $status -ne 0 || ${lines[-1]} == 'VALIDATION: PASS' ]]
    }
    torture memory 20 0 measure pi serial --size 10000 --samples 2
    torture process 30 0 measure pi serial --size 10000 --samples 2
    torture write 30 0 measure pi serial --size 10000 --samples 2
}

@test "failing calls of list" {
    torture memory 100 0 list
}

@test "failing calls of report" {
    make_run run 6 1
    reference=$("$PARBENCH" report run --no-figures)
    cp -r run whole
    check()
    {
        same && cmp run/summary.csv whole/summary.csv && cmp run/fits.csv whole/fits.csv &&
            cmp run/report.html whole/report.html &&
            { [ "$(ls run)" = "$(ls whole)" ] || {
                # What one that is killed leaves, too.
                [[ $stderr == *': out of memory' ]] && [ "$(ls -I '*.part' run)" = "$(ls whole)" ]
            }; }
    }
    torture memory 40 0 report run --no-figures
    torture process 30 0 report run --no-figures
    torture write 30 0 report run --no-figures
}

@test "failing calls of compare" {
    make_run base 6 1
    make_run new 6 1.1
    reference=$("$PARBENCH" compare base new)
    check() { same; }
    torture memory 20 150 compare base new
    torture write 30 0 compare base new
    reference=$("$PARBENCH" compare base new --json)
    torture memory 20 20 compare base new --json
}

@test "failing calls of export" {
    local format
    make_run run 6 1
    check() { same; }
    for format in csv gbench pyperf bmf; do
        reference=$("$PARBENCH" export run --format "$format")
        torture memory 10 30 export run --format "$format"
        torture write 30 0 export run --format "$format"
    done
    "$PARBENCH" export run --format csv >whole
    again() { echo earlier >exported; }
    check()
    {
        [ -z "$(find . -name '*.part')" ] || return 1
        if [ "$status" -eq 0 ]; then cmp exported whole; else [ "$(cat exported)" = earlier ]; fi
    }
    torture write 30 0 export run --format csv --out exported
}

@test "failing calls of run" {
    again() { rm -rf new; }
    check()
    {
        [[ $status -eq 0 && ${lines[-1]} == 'VALIDATION: PASS' ]] ||
            [[ $status -ne 0 && $output != *'VALIDATION: PASS'* ]] || return 1
        [[ ! -e new/manifest.json || $(tail -1 new/manifest.json) == '}' ]] || return 1
        [[ ! -e new/samples.jsonl ]] || ! head -n -1 new/samples.jsonl | grep -v '^{.*}$'
    }
    torture memory 25 0 run "${small[@]}" --rounds 1 --out new
    torture process 15 0 run "${small[@]}" --rounds 1 --out new
    torture write 25 0 run "${small[@]}" --rounds 1 --out new
}

@test "failing calls of a run that goes on" {
    "$PARBENCH" run "${small[@]}" --rounds 1 --out begun
    again() { rm -rf run && cp -r begun run; }
    check()
    {
        cmp run/manifest.json begun/manifest.json &&
            cmp --bytes="$(stat --format=%s begun/samples.jsonl)" run/samples.jsonl \
                begun/samples.jsonl
    }
    torture memory 15 0 run --resume run --rounds 2 --no-figures
    torture write 15 0 run --resume run --rounds 2 --no-figures
}

@test "what lacks memory for its size is told to take a smaller one" {
    # As for the run's memory, so for the address space, of which the front door needs little.
    ulimit -v 400000
    run --separate-stderr "$PARBENCH" measure squares serial --size 4e7 --samples 1
    [ "$status" -eq 1 ]
    [[ $stderr == *'out of memory for inputs and outputs: take a smaller --size'* ]]
}
