#!/usr/bin/env bats
#
# Cells that break: each is named with its reason, and harms no other.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper

# Measuring a cell that breaks so fails with one line for that reason, and no time is claimed.
breaks() # HOW REASON [OPTION…]
{
    extended measure primes "mock:break=$1" --size 1000 --samples 3 --workers 1 --alone \
        "${@:3}"
    ended_with 1 FAIL
    # A sanitizer explains a crash in many lines of its own.
    [[ ${#stderr_lines[@]} -eq 1 || $stderr == *Sanitizer:DEADLYSIGNAL* ]] ||
        { echo "not one line" && show && return 1; }
    [[ $stderr =~ ^parbench:\ primes\ under\ mock:break=$1\ failed:\ ($2) ]] ||
        { echo "the reason is another one" && show && return 1; }
    says "^mock:break=$1 .*FAILED"
    [ "$(grep -c ^FOM <<<"$output")" -eq 1 ]
    never_says '^FOM.*(median_s|speedup|efficiency)'
}

@test "a wrong result" {
    breaks wrong 'the result is wrong: the sum is 76126, but a sieve gives 76127'
}

@test "a result that is wrong in the second sample only" {
    breaks late 'the result is wrong: '
}

@test "a result that is not a number" {
    extended measure pi mock:break=nan --size 1e5 --samples 3 --workers 1 --alone
    ended_with 1 FAIL
    [[ $stderr == *'failed: the result is wrong: '* ]]
}

@test "a start that fails" {
    breaks start 'it was told to fail at its start'
}

@test "a crash" {
    # A sanitizer takes the signal and ends the program itself.
    breaks crash 'it was killed by signal 11|it ended with exit status'
}

@test "a worker that has taken no seat" {
    breaks seat 'a worker of the model mock has no seat: whoever makes it calls seat_take\(\), see '
}

@test "threads that live for one execution take their seats, or are missed" {
    local how=(--workers 2 --size 1e5 --samples 2 --oversubscribe --alone)
    extended measure ordered brief "${how[@]}" --json
    [ "$status" -eq 0 ]
    [ "$(grep -cE '"busy_s": 0*[.0-9]*[1-9]' <<<"$output")" -eq 2 ]
    extended measure ordered brief:seat=none "${how[@]}"
    ended_with 1 FAIL
    [[ $stderr == *'a worker of the model brief has no seat: whoever makes it calls seat_take(), see '* ]]
}

@test "a partial that is longer than its room" {
    local how=(--workers 2 --size 10 --samples 1 --oversubscribe --alone)
    extended measure harmonic gil "${how[@]}"
    ended_with 0 PASS
    PARBENCH_TEST_TOO_LONG=1 extended measure harmonic gil "${how[@]}"
    ended_with 1 FAIL
    [ "$stderr" = 'parbench: harmonic under gil failed: used() of harmonic tells of more bytes of a '\
'partial than partial_size() has: see kernels/kernel.h' ]
}

@test "an early exit" {
    breaks exit 'it ended with exit status 3'
}

@test "an exit that claims success" {
    breaks silent 'it succeeded, but gave no result'
}

@test "a hang" {
    breaks hang 'it did not end within 1 s: raise --cell-timeout or take a smaller size' \
        --cell-timeout 1s
}

@test "a hang that does not listen to being asked to end" {
    breaks stubborn 'it did not end within 1 s' --cell-timeout 1s
}

@test "chatter is no failure" {
    extended measure primes mock:break=noise --size 1000 --samples 3 --workers 1 --alone
    ended_with 0 PASS
    [ -z "$stderr" ]
    never_says 'some library'
    says 'Result: 76127$'
}

@test "json tells a failure" {
    extended measure primes mock:break=late --size 1000 --samples 3 --workers 1 --alone --json
    [ "$status" -eq 1 ]
    is_json <<<"$output"
    says '"verified": false'
    says '"failure": "the result is wrong'
    says '"result": null'
    says '"samples": 3'
    [ "${#stderr_lines[@]}" -eq 1 ]
}

@test "a run goes on without the cell that broke" {
    extended run strong --profile smoke --kernels primes --size 2e5 --workers 1 --rounds 3 --cold \
        --budget 10m --no-figures --models mock:break=late,pool,mock:break=crash --out run
    ended_with 1 FAIL
    local id=primes/mock:break
    [ "$(grep -c "^parbench: $id=late/.* failed: the result is wrong" <<<"$stderr")" -eq 1 ]
    [ "$(grep -c "^parbench: $id=crash/.* failed: " <<<"$stderr")" -eq 1 ]
    says '^mock:break=late .*FAILED: the result is wrong'
    says '^FOM .* model=mock:break=late .* samples=2$'
    says '^FOM .* model=mock:break=crash .* samples=0$'
    says '^FOM .* model=serial .* samples=6 median_s=.* speedup=1\.0'
    says '^FOM .* model=pool .* samples=6 median_s=.* speedup=[0-9.]+ efficiency='
    [ "$(grep -c '"kernel":"primes","model":"pool".*"seconds":' run/samples.jsonl)" -eq 6 ]
    [ "$(grep -c '"kernel":"primes","model":"serial".*"seconds":' run/samples.jsonl)" -eq 6 ]
    [ "$(grep -c '"break":"late".*"seconds":' run/samples.jsonl)" -eq 2 ]
    [ "$(grep -c '"break":"late".*"verified":false' run/samples.jsonl)" -eq 1 ]
    [ "$(grep -c '"break":"late".*"failed":"the result is wrong' run/samples.jsonl)" -eq 1 ]
    [ "$(grep -c '"break":"crash".*"failed":' run/samples.jsonl)" -eq 1 ]
    grep -Eq '^primes,mock:break=late,.*,0,,,,,,,,,,,,,,,,,,,failed,,[0-9]+,,,,,,,,,,,,,,[01],0,+$' run/summary.csv
    grep -q '^primes,pool,.*,1,[0-9]' run/summary.csv
    grep -q 'the result is wrong' run/logs/*late*

    run_says=$output
    extended report run --no-figures
    ended_with 1 FAIL
    [ "$output" = "$run_says" ]
}

@test "no speedup stands on a serial cell that did not verify" {
    extended run "${quickly[@]}" --kernels primes --models pool --out run
    ended_with 0 PASS
    says '^FOM .* model=pool .* speedup='
    sed -i '/"model":"serial"/s/"verified":true/"verified":false/' run/samples.jsonl
    extended report run --no-figures
    ended_with 1 FAIL
    says '^FOM .* model=pool .* median_s='
    never_says 'speedup='
}

@test "what a cell says goes to its log" {
    extended run "${quickly[@]}" --kernels primes --models mock:break=noise --out run
    ended_with 0 PASS
    [ "$(find run/logs -type f | wc -l)" -eq 1 ]
    grep -q '^a line from some library$' run/logs/*mock*noise*
    grep -q '^@parbench .*"many"' run/logs/*
}
