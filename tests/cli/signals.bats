#!/usr/bin/env bats
#
# Ending the front door early: nothing of it stays behind, and what was measured is kept.
#
# shellcheck disable=SC2154 # variables of helper.bash
# shellcheck disable=SC2030,SC2031 # each test has its own $status

load helper
load processes

sampled() # LINES
{
    [[ -f run/samples.jsonl && $(grep -c '"sample":' run/samples.jsonl) -ge $1 ]]
}

# Seed 1 measures serial before the cell that hangs.
hang=(run strong --profile smoke --size 1e6 --workers 1 --alone --kernels pi --rounds 1 --no-figures
    --models mock:break=hang --seed 1 --out run --cell-timeout 300s)

interrupted_run() # SIGNAL STATUS
{
    start "$EXTENDED" "${hang[@]}"
    await sampled 2
    await cell_runs
    kill "-$1" "$front"
    local started=$SECONDS
    ended
    [ "$status" -eq "$2" ] || { echo "status $status" && cat out err && return 1; }
    [ $((SECONDS - started)) -le 60 ] # and not when the cell's time is up
    none_left
    [ "$(grep -c '"model":"serial".*"sample":' run/samples.jsonl)" -eq 2 ]
    grep -q '^pi,serial,.*,2,1,' run/summary.csv
    grep -q '^FOM kernel=pi model=serial .* samples=2 median_s=' out
    [ "$(tail -1 out)" = "VALIDATION: INTERRUPTED" ]
    [ "$(tail -1 run/samples.jsonl)" = '{"ended":"signal"}' ]
    [ "$(tail -1 err)" = \
        "parbench: run was ended by a signal: go on with parbench run --resume run" ]
    grep -q '^mock:break=hang  *1  *not measured$' out
    grep -q '<p class="verdict cut">INTERRUPTED' run/report.html
    grep -q '<li><b>pi, mock:break=hang, 1 worker</b></li>' run/report.html
    run ! grep -q 'What failed' run/report.html
}

@test "SIGINT ends a run, which keeps what it has" {
    interrupted_run INT 130
}

@test "SIGTERM ends a run, which keeps what it has" {
    interrupted_run TERM 143
}

@test "SIGHUP ends a run, which keeps what it has" {
    interrupted_run HUP 129
}

# Of two that wait SIGINT would be looked at first.
@test "a signal that whoever starts a run ignores stays ignored" {
    start env --ignore-signal=INT "$EXTENDED" "${hang[@]}"
    await sampled 2
    await cell_runs
    kill -INT "$front"
    kill -TERM "$front"
    ended
    [ "$status" -eq 143 ]
}

@test "a run outlives readers that go away" {
    local small=(strong --profile smoke --size 1e4 --workers 1 --alone --kernels pi --models serial
        --rounds 2 --no-figures)
    mkfifo pipe
    exec 7<>pipe
    exec 8>pipe 7<&-
    run env --default-signal=PIPE bash -c '"$@" >&8 2>&8' bash "$PARBENCH" run "${small[@]}" \
        --out run
    [ "$status" -eq 1 ]
    [ "$(tail -1 run/samples.jsonl)" = '{"ended":"rounds"}' ]
    grep -Eq '<p class="verdict( noisy)?">PASS' run/report.html
    # What is said while it runs is no result.
    run env --default-signal=PIPE bash -c '"$@" 2>&8' bash "$PARBENCH" run "${small[@]}" \
        --out other
    ended_with 0 PASS
}

@test "a signal ends a measurement that does not listen" {
    start "$EXTENDED" measure primes mock:break=stubborn --alone --size 1000 --workers 1 \
        --cell-timeout 300s
    await cell_runs
    kill -TERM "$front"
    ended
    [ "$status" -eq 143 ]
    none_left
    [ ! -s out ]
}

@test "a signal ends a pool" {
    start "$PARBENCH" measure pi pool --alone --size 1e12 --workers 2 --oversubscribe \
        --cell-timeout 300s
    await cell_runs
    kill -INT "$front"
    ended
    [ "$status" -eq 130 ]
    await none_left
}

@test "a signal ends ranks" {
    built mpi || skip "mpi is not built"
    start "$PARBENCH" measure pi mpi --alone --size 1e12 --workers 2 --oversubscribe \
        --cell-timeout 300s
    await cell_runs
    kill -TERM "$front"
    ended
    [ "$status" -eq 143 ]
    await none_left
}

@test "a timeout ends all processes of a pool" {
    PARBENCH_TEST=$BATS_TEST_TMPDIR parbench measure pi pool --alone --size 1e12 --workers 2 \
        --oversubscribe --cell-timeout 500ms
    ended_with 1 FAIL
    [[ $stderr == *'did not end within 500 ms'* ]]
    await none_left
}

kill_front()
{
    kill -KILL "$front"
    ended
    [[ $status -eq 137 ]]
    await none_left
}

killed() # ARGUMENT…
{
    start "$EXTENDED" "$@" --cell-timeout 300s
    await cell_runs
    kill_front
}

@test "cells die with a front door that is killed" {
    killed measure primes mock:break=hang --alone --size 1000 --workers 1
    killed measure primes mock:break=stubborn --alone --size 1000 --workers 1
    killed measure pi pool --alone --size 1e12 --workers 2 --oversubscribe
}

@test "ranks die with a front door that is killed" {
    built mpi || skip "mpi is not built"
    killed measure pi mpi --alone --size 1e12 --workers 2 --oversubscribe
}

@test "a run that was killed can be reported" {
    start "$EXTENDED" "${hang[@]}"
    await sampled 2
    kill_front
    run --separate-stderr "$EXTENDED" report run --no-figures
    ended_with 1 INTERRUPTED
    says '^FOM kernel=pi model=serial .* samples=2 median_s='
    says '^mock:break=hang  *1  *not measured$'
    [ "$stderr" = "parbench: run did not come to its end: go on with parbench run --resume run" ]
}

@test "a run that was cut off does not pass, though all that it has is right" {
    parbench run strong --profile smoke --size 1000 --workers 1 --kernels primes --models serial \
        --rounds 2 --no-figures --out run
    ended_with 0 PASS
    grep -Eq '<p class="verdict( noisy)?">PASS' run/report.html
    sed -i '$d' run/samples.jsonl # why it ended
    parbench report run --no-figures
    ended_with 1 INTERRUPTED
    grep -q '<p class="verdict cut">INTERRUPTED' run/report.html
    grep -q 'The run did not come to its end' run/report.html
    parbench run --resume run --no-figures
    ended_with 0 PASS
    [ "$(tail -1 run/samples.jsonl)" = '{"ended":"rounds"}' ]
    grep -Eq '<p class="verdict( noisy)?">PASS' run/report.html
}

# The launches and samples that the file has, without what differs from run to run: whether a sample
# is too short to be one execution is the machine's to say, and its load's.
samples_of() # RUN
{
    grep '"cell"' "$1/samples.jsonl" | grep -v '"too_short"' |
        grep -o '"cell":"[^"]*"\|"round":[0-9]*\|"sample":[0-9]*'
}

# Starts a run and kills its front door after so long, if it has not ended by then.
cut_off() # SECONDS ARGUMENT…
{
    start "$PARBENCH" "${@:2}"
    sleep "$1"
    kill -KILL "$front" 2>/dev/null || true
    ended
    [[ $status -eq 137 || $status -eq 0 ]]
    await none_left
}

@test "a run that is killed ten times at random moments ends as one that is not" {
    local i moment took seed=${PARBENCH_TEST_SEED:-$RANDOM}
    echo "PARBENCH_TEST_SEED=$seed repeats the moments"
    RANDOM=$seed
    local run=(run strong --profile smoke --size 3e7 --workers '1,2' --oversubscribe --alone
        --kernels pi
        --models 'gil,pool' --rounds 3 --budget 10m --precision 0.001% --no-figures --seed 5)
    took=${EPOCHREALTIME/[.,]/}
    "$PARBENCH" "${run[@]}" --out whole >/dev/null 2>&1
    took=$(((${EPOCHREALTIME/[.,]/} - took) / 1000)) # ms
    start "$PARBENCH" "${run[@]}" --out run
    await sampled 1
    kill_front
    printf '{"cell":"pi/gil' >>run/samples.jsonl
    for ((i = 1; i < 10; i++)); do
        moment=$((RANDOM % took))
        cut_off "$(printf '%d.%03d' $((moment / 1000)) $((moment % 1000)))" run --resume run \
            --no-figures
    done
    parbench run --resume run --no-figures
    ended_with 0 PASS
    diff <(samples_of run) <(samples_of whole)

    parbench run --resume run --rounds 4 --no-figures
    ended_with 0 PASS
    [ "$(samples_of run | grep -c sample)" -eq $(($(samples_of whole | grep -c sample) * 4 / 3)) ]
}

@test "a run that was killed before its first sample is gone on with" {
    local small=(--profile smoke --size 1000 --workers 1 --kernels primes --models serial --rounds 2
        --no-figures)
    parbench run strong "${small[@]}" --out run
    ended_with 0 PASS
    samples_of run >whole
    rm run/samples.jsonl
    parbench run --resume run --no-figures
    ended_with 0 PASS
    diff <(samples_of run) whole

    # Before its manifest was whole it is none yet.
    mkdir -p early/logs
    printf '{"schema": 1, "star' >early/manifest.json.123-0.part
    parbench run --resume early
    [ "$status" -eq 1 ]
    [ ! -e early/samples.jsonl ]
    parbench run strong "${small[@]}" --out early
    ended_with 0 PASS
    [ -z "$(find early -name '*.part')" ]
}

@test "a run is not gone on with while it is still measured" {
    start "$EXTENDED" "${hang[@]}"
    await sampled 2
    run --separate-stderr "$EXTENDED" run --resume run --no-figures
    [ "$status" -eq 1 ]
    [ "$stderr" = \
        "parbench: run is in use by another parbench: wait for it, or take another folder" ]
    kill_front
    [ "$(grep -c '"resumed"' run/samples.jsonl)" -eq 0 ]
    [ "$(grep -c '"sample":' run/samples.jsonl)" -eq 2 ]
}

# A gnuplot that does not end, once it has begun to write.
gnuplot_hangs()
{
    mkdir bin
    # shellcheck disable=SC2016
    printf '%s\n' '#!/bin/sh' 'if [ "$1" = --version ]; then echo gnuplot 5.4; exit; fi' \
        'echo begun >"$5"; : >'"$PWD/drawing" 'sleep 1000 & wait' >bin/gnuplot
    chmod +x bin/gnuplot
}

@test "numbers come before a gnuplot that hangs, and a signal ends it" {
    gnuplot_hangs
    start env PATH="$PWD/bin:$PATH" "$PARBENCH" run strong --profile smoke --size 1000 --workers 1 \
        --alone --kernels pi --models serial --rounds 1 --out run
    await test -e drawing
    grep -q '^serial ' out
    grep -q '^pi,serial,' run/summary.csv
    grep -q '^FOM ' run/fom.txt
    kill -TERM "$front"
    ended
    [ "$status" -eq 143 ] || { cat out err && false; }
    await none_left
    grep -q '^FOM kernel=pi model=serial .* median_s=' out
    [ "$(tail -1 out)" = "VALIDATION: INTERRUPTED" ]
    [ "$(tail -1 run/fom.txt)" = "VALIDATION: INTERRUPTED" ]
    [ -s run/report.html ]
    [ -z "$(find run -name '*.part')" ]
    [ -z "$(find run -name '*.svg')" ]

    rm drawing
    start env PATH="$PWD/bin:$PATH" "$PARBENCH" report run
    await test -e drawing
    kill -TERM "$front"
    ended
    [ "$status" -eq 143 ]
    await none_left
    [ -z "$(find run -name '*.part')" ]
}

both_sampled()
{
    grep -qs '"sample":' run/samples.jsonl && grep -qs '"sample":' run-beside/samples.jsonl
}

@test "builds that are measured beside each other end together, and are gone on with" {
    local signal
    local what=(run strong --size 1e6 --workers 1 --alone --kernels pi --models 'serial,gil'
        --seed 5
        --precision 0.0001% --budget 10m --no-figures --beside "$EXTENDED")
    "$PARBENCH" "${what[@]}" --rounds 4 --out whole >/dev/null 2>&1
    for signal in TERM KILL; do
        start "$PARBENCH" "${what[@]}" --rounds 9000 --out run
        await both_sampled
        kill -"$signal" "$front"
        ended
        [ "$status" -eq $((128 + $(kill -l "$signal"))) ] || { cat err && false; }
        await none_left
        sed -i -E '/"round":([4-9]|[0-9]{2})/d' run/samples.jsonl run-beside/samples.jsonl
        parbench run --resume run --beside "$EXTENDED" --rounds 4 --no-figures
        ended_with 0 PASS
        diff <(samples_of run) <(samples_of whole)
        diff <(samples_of run-beside) <(samples_of whole-beside)
        parbench compare run run-beside
        says '^The runs were interleaved'
        rm -r run run-beside
    done
}

@test "a killed worker of a pool ends its cell, which names the signal" {
    start "$PARBENCH" measure pi pool --alone --workers 2 --oversubscribe --size 1e12 --samples 1 \
        --cell-timeout 300s
    await pool_worker
    kill -KILL "$(pool_worker)"
    local started=$SECONDS
    ended
    [ "$status" -eq 1 ]
    [ $((SECONDS - started)) -le 60 ]
    grep -Eq 'worker [01] \(process [0-9]+\) was killed by signal 9 \(Killed\) ' err
    [ "$(tail -1 out)" = "VALIDATION: FAIL" ]
    none_left
}
