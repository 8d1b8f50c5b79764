#!/usr/bin/env bats
#
# Where a run's files go: its folder, who owns it, and what is left when they cannot be written.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper

small=(strong --profile smoke --size "pi=2e5" --workers 1 --no-figures)

teardown()
{
    ! mountpoint -q "$BATS_TEST_TMPDIR/disk" || umount "$BATS_TEST_TMPDIR/disk"
}

@test "a folder that another parbench is at work in stays as it is" {
    local other="is in use by another parbench: wait for it, or take another folder"
    mkdir new new-beside
    parbench run "${quickly[@]}" --alone --kernels pi --models serial --out run
    cp -r run kept
    touch new/samples.jsonl new-beside/samples.jsonl
    exec 7>>run/samples.jsonl 8>>new/samples.jsonl 9>>new-beside/samples.jsonl
    flock 7 && flock 8
    for what in "run --resume" report; do
        # shellcheck disable=SC2086 # words
        parbench $what run --no-figures
        [ "$status" -eq 1 ]
        [ "$stderr" = "parbench: run $other" ]
        diff -r run kept
    done
    parbench export run --format csv
    [ "$status" -eq 0 ]
    parbench run "${quickly[@]}" --out new
    [ "$status" -eq 1 ]
    [ "$stderr" = "parbench: new $other" ]
    [ "$(ls new)" = samples.jsonl ]
    flock -u 8 && flock 9
    parbench run "${quickly[@]}" --beside "$PARBENCH" --out new
    [ "$status" -eq 1 ]
    [ "$stderr" = "parbench: $PWD/new-beside $other" ]
    [ "$(ls new-beside)" = samples.jsonl ]
    [ ! -e new/manifest.json ]
}

@test "a limit on the size of files" {
    local blocks rounds pi=(strong --profile smoke --size 1e4 --workers 1 --alone --kernels pi
        --models serial --precision 0.0001% --no-figures)
    limited 1 run "${pi[@]}" --out run
    [ "$status" -eq 1 ]
    [ "$stderr" = 'parbench: cannot write run/manifest.json: File too large' ]
    [ "$(ls run)" = samples.jsonl ]
    # The manifest has its place, and not all samples.
    parbench run "${pi[@]}" --rounds 1 --out one
    blocks=$(($(stat -c %s one/manifest.json) / 1024 + 2)) rounds=$((blocks * 4))
    limited "$blocks" run "${pi[@]}" --rounds "$rounds" --out run
    [ "$status" -eq 1 ]
    [[ $stderr == *$'\nparbench: cannot write run/samples.jsonl: File too large\n'* ]]
    parbench run --resume run --rounds "$rounds" --no-figures
    ended_with 0 PASS
    [ "$(grep -c '"sample":' run/samples.jsonl)" -eq $((rounds * 2)) ]
}

@test "what could not be written is not named, and no run passes with a status that it failed" {
    local blocks
    parbench run "${quickly[@]}" --alone --kernels pi --models serial --out one
    ended_with 0 PASS
    says '^report  '
    blocks=$(($(stat -c %s one/report.html) / 1024 - 1))
    limited "$blocks" run "${quickly[@]}" --alone --kernels pi --models serial --out run
    ended_with 1 INTERRUPTED
    never_says '^report  '
    says '^samples  '
    [ "${stderr_lines[-2]}" = 'parbench: cannot write run/report.html: File too large' ]
    [ "${stderr_lines[-1]}" = \
        'parbench: run is measured: write the rest with parbench report run' ]
    limited "$blocks" report run --no-figures --json
    [ "$status" -eq 1 ]
    says '"verdict": "PASS"'
    [ "$stderr" = 'parbench: cannot write run/report.html: File too large' ]
    # The run was not interrupted, nor has the command done what it was asked for.
    limited "$blocks" report run --no-figures
    [ "$status" -eq 1 ]
    never_says '^(VALIDATION|report )'
    [[ ${lines[-1]} == 'FOM kernel=pi model=serial '*median_s=* ]]
    [ "$(tail -1 run/fom.txt)" = 'VALIDATION: PASS' ]
    parbench report run --no-figures
    ended_with 0 PASS
}

@test "a report of what was measured in part says so, wherever it is written" {
    parbench run "${quickly[@]}" --alone --kernels pi --models serial --out run
    sed -i '$d' run/samples.jsonl # why it ended
    limited 1 report run --no-figures
    ended_with 1 INTERRUPTED
    [[ ${stderr_lines[-1]} == 'parbench: run did not come to its end: go on with '* ]]
}

@test "a full disk" {
    mkdir "$BATS_TEST_TMPDIR/disk"
    mount -t tmpfs -o size=16k none "$BATS_TEST_TMPDIR/disk" 2>/dev/null ||
        skip "no file system can be mounted here"
    parbench run "${small[@]}" --alone --kernels pi --models pool --rounds 500 --precision 0.0001% \
        --out "$BATS_TEST_TMPDIR/disk/run"
    ended_with 1 INTERRUPTED
    never_says '^report '
    [[ ${stderr_lines[-1]} == *"did not come to its end: go on with parbench run --resume "* ]]
    [ "$(grep -c 'cannot write .*/samples.jsonl: No space left on device' <<<"$stderr")" -eq 1 ]
    # What is there can be used.
    cp -r "$BATS_TEST_TMPDIR/disk/run" copy
    parbench report copy --no-figures
    ended_with 1 INTERRUPTED
    [[ $stderr == *'did not come to its end'* ]]
    says ' samples=[0-9]+ median_s='
}

@test "nothing of what is said ends up in a run's files when a stream is closed" {
    local closed
    for closed in '2>&-' '>&-' '<&- >&- 2>&-'; do
        # shellcheck disable=SC2016
        run bash -c '"$@" '"$closed" bash "$PARBENCH" run "${small[@]}" --alone --kernels pi \
            --models pool --rounds 2 --out run
        if [[ $closed == '2>&-' ]]; then [ "$status" -eq 0 ]; else [ "$status" -eq 1 ]; fi
        [ "$(wc -l <run/samples.jsonl)" -eq 15 ]
        [ "$(grep -c '^{"cell":".*}$' run/samples.jsonl)" -eq 12 ]
        is_json <run/manifest.json
        parbench report run --no-figures
        ended_with 0 PASS
        [ -z "$stderr" ]
        rm -r run
    done
}

@test "a command that is told is one that a shell takes" {
    local name="what's \$here"
    parbench run "${quickly[@]}" --alone --kernels pi --models serial --out "$name"
    ended_with 0 PASS
    grep -qF '"command": "parbench run strong --profile smoke' "$name/manifest.json"
    grep -qF -- "--out 'what'\\\\''s \$here'\"" "$name/manifest.json"
    sed -i '$d' "$name/samples.jsonl" # why it ended
    parbench report "$name" --no-figures
    [[ $stderr == *': go on with parbench run --resume '* ]]
    PATH=${PARBENCH%/*}:$PATH run bash -c "${stderr##*: go on with } --no-figures"
    ended_with 0 PASS
}

@test "an empty folder, also behind a link, is as good as a new one" {
    mkdir empty here
    ln -s empty link
    parbench run "${small[@]}" --alone --kernels pi --models serial --rounds 1 --out link
    ended_with 0 PASS
    [ -s empty/samples.jsonl ]
    cd here
    parbench run "${small[@]}" --alone --kernels pi --models serial --rounds 1 --out .
    ended_with 0 PASS
    [ -s samples.jsonl ]
}

@test "a folder of its own below results/" {
    parbench run "${small[@]}" --alone --kernels pi --models serial --rounds 1
    ended_with 0 PASS
    parbench run "${small[@]}" --alone --kernels pi --models serial --rounds 1
    ended_with 0 PASS
    [ "$(find results -mindepth 1 -maxdepth 1 -name '20[0-9][0-9]-*' | wc -l)" -eq 2 ]
}

@test "a gnuplot that is killed without a word" {
    mkdir bin
    # shellcheck disable=SC2016 # what is printed is a script
    printf '%s\n' '#!/bin/sh' 'if [ "$1" = --version ]; then echo gnuplot 5.4; exit; fi' \
        'ulimit -c 0; kill -XFSZ $$' >bin/gnuplot
    chmod +x bin/gnuplot
    parbench run "${quickly[@]}" --alone --kernels pi --models serial --out run
    PATH=$PWD/bin:$PATH parbench report run
    [ "$status" -eq 1 ]
    [[ $stderr == 'parbench: gnuplot could not draw '*': it was killed by signal 25 ('* ]]
    says '^report  '
    never_says '^(figures  |VALIDATION)'
    [ "$(tail -1 run/fom.txt)" = 'VALIDATION: PASS' ]
}

@test "--continue begins a run, goes on with one that was cut off, and leaves a whole one as it is" {
    local again=(run "${small[@]}" --alone --kernels pi --models serial --rounds 3 --out run --continue)
    mkdir run && touch run/samples.jsonl # as of a run that was killed at once
    parbench "${again[@]}"
    ended_with 0 PASS
    cp run/samples.jsonl whole
    parbench "${again[@]}"
    ended_with 0 PASS
    [ "$stderr" = 'parbench: run is complete: nothing is measured' ]
    says '^FOM kernel=pi model=serial .* samples=6 '
    diff run/samples.jsonl whole
    # As if it was killed in its second round.
    sed -i '/"round":1/,$d' run/samples.jsonl
    parbench "${again[@]}"
    ended_with 0 PASS
    says '^FOM kernel=pi model=serial .* samples=6 '
    [ "$(grep -c '^{"resumed":' run/samples.jsonl)" -eq 1 ]
    [ "$(grep -c '"round":0.*"sample":' run/samples.jsonl)" -eq 2 ]
}

@test "--continue goes on with no run that was begun by other words" {
    parbench run "${quickly[@]}" --alone --kernels pi --models serial --out run
    cp run/samples.jsonl before
    parbench run "${quickly[@]}" --alone --kernels primes --models serial --out run --continue
    [ "$status" -eq 2 ]
    [[ $stderr == 'parbench: run was begun by other words (parbench run strong '*' --out run): '* ]]
    [[ $stderr == *': take another --out, or go on with parbench run --resume run' ]]
    diff run/samples.jsonl before
}
