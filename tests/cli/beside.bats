#!/usr/bin/env bats
#
# run --beside: two builds, measured launch by launch in one run.
#
# shellcheck disable=SC2154 # variables of helper.bash
# shellcheck disable=SC2016 # what is printed is a script

load helper

# One round after the other, whatever their intervals are.
readonly small=(strong --alone --kernels pi --models serial --workers 1 --size 1e5 --precision 0.0001%
    --no-figures)
readonly together=("${small[@]:0:1}" "${small[@]:2}") # with the kernel's other algorithms

# A build in a folder of its own: the front door, and serial's program, which runs the words that
# follow before it measures.
make_build() # FOLDER WORDS
{
    mkdir -p "$1"
    cp "$PARBENCH" "$1/parbench"
    printf '#!/bin/bash\nif [[ $1 != --describe ]]; then :; %s\nfi\nexec "%s" "$@"\n' "$2" \
        "${PARBENCH%/*}/parbench-cell-serial" >"$1/parbench-cell-serial"
    chmod +x "$1/parbench-cell-serial"
}

# Each of the runs has so many rounds of a launch, and was gone on with so often.
was_measured() # ROUNDS TIMES
{
    local run
    for run in run run-beside; do
        [ "$(grep -c '"sample":1' "$run/samples.jsonl")" -eq "$1" ]
        [ "$(grep -c '^{"noise":' "$run/samples.jsonl")" -eq "$1" ]
        [ "$(grep -c '^{"resumed":' "$run/samples.jsonl")" -eq "$2" ]
        [ "$(tail -1 "$run/samples.jsonl")" = '{"ended":"rounds"}' ]
    done
}

@test "two builds are measured beside each other, and gone on with" {
    parbench run "${small[@]}" --rounds 2 --beside "$EXTENDED" --out run/
    ended_with 0 PASS
    was_measured 2 0
    says '^report +run/+report.html$'
    [[ $stderr == *"to compare both: parbench compare $PWD/run-beside run"* ]]
    for file in summary.csv fits.csv report.html; do
        [ -s "run/$file" ] && [ -s "run-beside/$file" ]
    done
    grep -q 'interleaved with another build' run/report.html
    grep -q 'interleaved with another build' run-beside/report.html
    # Each names the other.
    grep -q "\"beside\": \"$EXTENDED\"" run/manifest.json
    grep -q '"beside_folder": "run-beside"' run/manifest.json
    grep -q "\"beside\": \"$PARBENCH\"" run-beside/manifest.json
    grep -q '"beside_folder": "run"' run-beside/manifest.json
    [ "$(grep '"by_turns": "run, ' run/manifest.json)" = "$(grep '"by_turns"' run-beside/manifest.json)" ]

    parbench run --resume run --rounds 6 --no-figures
    [ "$status" -eq 2 ]
    [ "$stderr" = "parbench: run was measured beside another build: go on with --beside $EXTENDED" ]
    # As if it was killed when one had measured the last round, and the other had not.
    sed -i '/"round":1/d; $d' run/samples.jsonl
    parbench run --resume run --beside "$EXTENDED" --rounds 6 --no-figures
    ended_with 0 PASS
    was_measured 6 1
    # The other way around, too, and after both were moved.
    mkdir moved
    mv run run-beside moved
    cd moved
    extended run --resume run-beside --beside "$PARBENCH" --rounds 7 --no-figures
    ended_with 0 PASS
    was_measured 7 2
    parbench compare run-beside run
    [ "$status" -eq 0 ]
    says '^The runs were interleaved, launch by launch\.$'
    parbench compare run run-beside --json
    says '"by_turns": true'
    says '"pairs": 7'
}

# A build in a folder of its own whose front door says what sed makes of it.
make_front() # FOLDER SCRIPT
{
    make_build "$1" :
    printf '#!/bin/bash\n"%s" "$@" | sed '"'%s'"'\n' "$PARBENCH" "$2" >"$1/parbench"
}

@test "an algorithm that the other build has not got is left out, unless it was asked for" {
    local kernels='"kernels":\[[^]]*\],*' lacks sieve=primes:algorithm=sieve
    for lacks in "s/$kernels//" "s/\"$sieve\",*//"; do # it does not tell, or tells of others
        make_front other "$lacks"
        parbench run "${together[@]/%pi/primes}" --rounds 1 --beside other/parbench --out run
        ended_with 0 PASS
        [ "$(grep -c "$sieve is left out: other/parbench has no such kernel" <<<"$stderr")" -eq 1 ]
        [ "$(grep -c "$sieve" run*/samples.jsonl | paste -sd' ')" = \
            'run-beside/samples.jsonl:0 run/samples.jsonl:0' ]
        rm -r run run-beside
    done
    make_front other "s/$kernels//"
    parbench run "${together[@]}" --rounds 1 --beside other/parbench --out run
    ended_with 0 PASS
    [[ $stderr == *'divide is left out: '* ]]
    run ! grep -q '"limit"' run/manifest.json run-beside/manifest.json
    rm -r run run-beside
    make_front other "s/\"$sieve\",*//"
    parbench run "${together[@]/%pi/$sieve}" --rounds 1 --beside other/parbench --out run
    [ "$status" -eq 2 ]
    [ "$stderr" = "parbench: other/parbench has no kernel $sieve: name the --kernels of both" ]
    parbench run "${together[@]/%pi/primes}" --rounds 1 --beside "$EXTENDED" --out run
    [ "$(grep -c "\"kernel\":\"$sieve\"" run-beside/samples.jsonl)" -gt 0 ]
}

@test "a build whose model lacks an option runs without it, unless that was asked for" {
    make_build other :
    # A model that knows no chunk= and takes none.
    printf '%s\n' '#!/bin/bash' 'real='"${PARBENCH%/*}"'/parbench-cell-pool' \
        'if [[ $1 == --describe ]]; then' \
        '    "$real" "$@" | sed "s/\"name\":\"chunk\"/\"name\":\"piece\"/"; exit' 'fi' \
        '[[ " $* " != *" chunk="* ]] && exec "$real" "$@"' >other/parbench-cell-pool
    chmod +x other/parbench-cell-pool
    parbench run "${small[@]/#serial/pool}" --rounds 1 --beside other/parbench --out run
    ended_with 0 PASS
    [ "$(grep -c 'pool of other/parbench has no chunk: its cells run without' <<<"$stderr")" -eq 1 ]
    grep -q '"chunk": ' run/manifest.json
    [ "$(grep -c '"chunk": ' run-beside/manifest.json)" -eq 0 ]
    [ "$(grep -c '"model":"pool".*"sample":0' run-beside/samples.jsonl)" -eq 1 ]
    parbench run "${small[@]/#serial/pool:chunk=7}" --beside other/parbench --out two
    [ "$status" -eq 2 ]
    [ "$stderr" = "parbench: pool of other/parbench does not take chunk=7: name --models that both can run" ]
    [ ! -e two ]
}

@test "a build from when every launch was counted is measured as it can" {
    make_build other '[[ " $* " != *" --uncounted "* ]] || exit 3'
    # It does not tell that it can leave counting out, either.
    sed -i '$s/.*/if [[ $1 == --describe ]]; then & | sed "s|--uncounted||"; else &; fi/' \
        other/parbench-cell-serial
    parbench run "${small[@]}" --rounds 2 --beside other/parbench --out run
    ended_with 0 PASS
    [ "$(grep -c '"cpu_s":' run/samples.jsonl)" -eq 1 ]
    [ "$(grep -c '"cpu_s":' run-beside/samples.jsonl)" -eq 2 ]
}

@test "neither build is always the first" {
    local round
    make_build one "echo -n 1 >>'$PWD/order'"
    make_build other "echo -n 2 >>'$PWD/order'"
    run --separate-stderr one/parbench run "${small[@]}" --rounds 20 --seed 5 \
        --beside other/parbench --out run
    # Samples that were too short are launched again: of each, one after the other.
    round=$(tr -s 12 <order)
    [ "${#round}" -gt 20 ] && [ "${#round}" -lt 40 ]
    run --separate-stderr one/parbench run "${small[@]}" --rounds 20 --seed 5 --out alone
    [ "$(grep -o '"round":[0-9]*' alone/samples.jsonl | uniq)" = \
        "$(grep -o '"round":[0-9]*' run/samples.jsonl | uniq)" ]
}

@test "what fails under the other build fails the run" {
    make_build other 'exit 3'
    parbench run "${small[@]}" --rounds 2 --beside other/parbench --out run
    ended_with 1 FAIL
    [[ $stderr == *"$PWD/run-beside: pi/serial/"*' failed: it ended with exit status 3'* ]]
    grep -Eq '<p class="verdict( noisy)?">PASS' run/report.html
    grep -q '<p class="verdict fail">FAIL' run-beside/report.html
    [ "$(grep -c '"sample":1' run/samples.jsonl)" -eq 2 ]
}

@test "a build that speaks another protocol is refused" {
    make_build other ''
    mv other/parbench front
    printf '#!/bin/sh\nexec "%s" "$@" | sed "s/\\"protocol\\":1/\\"protocol\\":99/"\n' "$PWD/front" \
        >other/parbench
    chmod +x other/parbench
    parbench run "${small[@]}" --beside other/parbench --out run
    [ "$status" -eq 1 ]
    [[ $stderr == 'parbench: other/parbench cannot be used: it speaks version 99 of the protocol between parbench and its cells, this parbench version 1' ]]
    [ ! -e run ]
    mv front other/parbench
    # A cell's program, in what it says of itself, and in its first line.
    sed -i '$s/$/ | sed "s|\\"protocol\\":1|\\"protocol\\":98|"/' other/parbench-cell-serial
    parbench run "${small[@]}" --beside other/parbench --out run
    [ "$status" -ne 0 ]
    [[ $stderr == *'it speaks version 98 of the protocol'* ]]
    printf '#!/bin/bash\nif [[ $1 == --describe ]]; then exec "%s" "$@"; fi\n"%s" "$@" | sed "s/\\"protocol\\":1/\\"protocol\\":97/"\n' \
        "${PARBENCH%/*}/parbench-cell-serial"{,} >other/parbench-cell-serial
    parbench run "${small[@]}" --rounds 1 --beside other/parbench --out late
    ended_with 1 FAIL
    [[ $stderr == *'failed: it speaks version 97 of the protocol'* ]]
}

@test "what cannot be measured beside a run is refused" {
    parbench run "${small[@]}" --beside ./none --out run
    complained 1 'none cannot be used: cannot start .*none: No such file'
    parbench run "${small[@]}" --beside /bin/true --out run
    complained 1 '/bin/true cannot be used: it does not tell what it is'
    run --separate-stderr "$EXTENDED" run "${small[@]/serial/mock}" --beside "$PARBENCH" --out run
    complained 2 'has no model mock: name the --models of both'

    mkdir run-beside
    touch run-beside/file
    parbench run "${small[@]}" --beside "$PARBENCH" --out run
    [ "$status" -eq 2 ]
    [[ $stderr == *'run-beside is not an empty folder'* ]]
    rm -r run run-beside
    parbench run "${small[@]}" --rounds 1 --out run
    parbench run --resume run --beside "$PARBENCH"
    [ "$status" -eq 2 ]
    [ "$stderr" = 'parbench: run was measured alone: go on without --beside' ]
    # As two processes of older versions measured them.
    sed -i 's/"by_turns": null/"by_turns": "us"/' run/manifest.json
    parbench run --resume run
    [ "$status" -eq 2 ]
    parbench run --resume run --beside "$PARBENCH"
    [ "$status" -eq 1 ]
    [ "$stderr" = 'parbench: run/manifest.json does not tell which run is beside it' ]
}

@test "a run is gone on with beside its own one alone" {
    local name
    for name in a b; do
        parbench run "${small[@]}" --rounds 1 --seed 3 --beside "$EXTENDED" --out "$name"
        ended_with 0 PASS
    done
    sed -i 's/"beside_folder": "a-beside"/"beside_folder": "b-beside"/' a/manifest.json
    parbench run --resume a --beside "$EXTENDED" --rounds 2
    [ "$status" -eq 1 ]
    [ "$stderr" = "parbench: $PWD/b-beside was not measured beside a" ]
    sed -i 's/"commit": "/&x/' b-beside/manifest.json
    parbench run --resume b --beside "$EXTENDED" --rounds 2
    [ "$status" -eq 2 ]
    [[ $stderr == *'b-beside was measured by another build (versions.commit in its manifest)'* ]]
    sed -i 's|"beside_folder": "b-beside"|"beside_folder": "../b-beside"|' a/manifest.json
    parbench run --resume a --beside "$EXTENDED" --rounds 2
    [ "$status" -eq 1 ]
    [[ $stderr == *'does not tell which run is beside it' ]]
}
