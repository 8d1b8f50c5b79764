#!/usr/bin/env bats
#
# parbench measure --timeline: who computed what when.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper

# The pieces with items, of which some are mostly combining: first item, the one behind the last, how
# many, and begin and end.
pieces() # FILE
{
    awk -F'\t' 'NF == 9 && $1 ~ /^[0-9]/ && $5 > 0 { print $3, $4, $5, $1, $2 }' "$1"
}

covers() # FILE ITEMS
{
    pieces "$1" | sort -n | awk -v items="$2" '
        $3 > 0 { right = !wrong && $1 == next_item && $3 == $2 - $1 && $5 >= $4
                 wrong = !right; next_item = $2 }
        END { exit wrong || next_item != items }'
}

timed() # MODEL ARGUMENT…
{
    parbench measure primes "$1" --size 20011 --samples 1 --alone --oversubscribe \
        --timeline line.tsv "${@:2}"
    [ "$status" -eq 0 ] || { show && return 1; }
}

# Nothing was measured, and one line says why.
refused() # STATUS TEXT
{
    [[ $status -eq $1 && -z $output && $stderr == "parbench: "*"$2"* ]] || { show && return 1; }
    [ "${#stderr_lines[@]}" -eq 1 ]
}

@test "a time line has each item once, under every model of this node" {
    local model workers
    for model in $(local_models) futures shared tasks queue manager; do
        built "$model" || continue
        workers=2
        [[ $model != serial ]] || workers=1
        timed "$model" --workers $workers
        covers line.tsv 20011 || { cat line.tsv && echo "$model" && return 1; }
        [ "$(grep -c ': worker [0-9]*' line.tsv)" -eq $workers ]
        says '^Who computed what when in another one: line.tsv$'
    done
}

@test "a time line of ranks has each item once" {
    local model
    for model in $(rank_models); do
        [[ $model != hybrid ]] || continue
        timed "$model" --workers 2
        covers line.tsv 20011 || { cat line.tsv && echo "$model" && return 1; }
        [ "$(grep -c ': rank [01]' line.tsv)" -eq 2 ]
    done
    built hybrid && ! without_openmp || skip "hybrid is not built"
    timed hybrid --ranks 2 --threads 2
    covers line.tsv 20011
    grep -q ': rank 1\.1' line.tsv
}

@test "a time line of tasks has each of them once" {
    parbench measure primes pool --tasks 100,200,300,400 --workers 2 --samples 1 --alone \
        --oversubscribe --timeline line.tsv
    [ "$status" -eq 0 ]
    covers line.tsv 4
}

@test "workers are replaced, or each task is a process: their lanes stay" {
    timed pool:tasks-per-child=1:chunk=2000 --workers 2
    covers line.tsv 20011
    [ "$(grep -c ': worker [0-9]*' line.tsv)" -eq 2 ]
    timed queue:chunk=2000 --workers 2
    covers line.tsv 20011
    [ "$(grep -c ': worker [0-9]*' line.tsv)" -eq 2 ]
}

@test "under the lock no two compute at once" {
    timed gil:interval=10us --workers 3
    covers line.tsv 20011
    pieces line.tsv | sort -n -k4 | awk '$4 < ended { exit 1 } { ended = $5 }'
}

@test "a time line is a whole picture of the kind that its name says, in place of another" {
    command -v gnuplot >/dev/null || skip "gnuplot is not here"
    echo old >line.svg
    parbench measure primes serial --size 20011 --samples 1 --timeline line.svg
    [ "$status" -eq 0 ]
    [[ $(<line.svg) == '<?xml'*'primes: who computed what when'*'</svg>'* ]]
    parbench measure primes serial --size 20011 --samples 1 --timeline line.PNG
    [ "$status" -eq 0 ]
    [ "$(head -c 4 line.PNG | tail -c 3)" = PNG ]
    [ "$(ls)" = $'line.PNG\nline.svg' ]
}

@test "a time line that cannot be is told before anything is measured" {
    local -a serial=(measure primes serial --size 20011 --samples 1 --timeline)
    parbench "${serial[@]}" line.pdf
    refused 2 '--timeline takes a file that ends in .svg, .png or .tsv, not line.pdf'
    parbench "${serial[@]}" none/line.tsv
    refused 1 'cannot write none/line.tsv: No such file or directory'
    mkdir line.tsv
    parbench "${serial[@]}" line.tsv
    refused 1 'cannot write line.tsv: Is a directory'
    touch file
    parbench "${serial[@]}" file/line.tsv
    refused 1 'cannot write file/line.tsv: Not a directory'
    run --separate-stderr env PATH="$PWD/line.tsv" "$PARBENCH" "${serial[@]}" line.svg
    refused 1 'line.svg cannot be drawn: gnuplot is not in PATH: '
    run --separate-stderr env PATH="$PWD/line.tsv" "$PARBENCH" "${serial[@]}" other.tsv
    [ "$status" -eq 0 ]
    covers other.tsv 20011
}

@test "a cell that fails has no time line" {
    parbench measure primes threads --size 1000 --workers 2 --oversubscribe --samples 1 \
        --fail-task 777 --timeline line.tsv
    [ "$status" -eq 1 ]
    [ ! -e line.tsv ]
    [[ $stderr == *'item 777 failed'* && $stderr != *'line.tsv'* ]]
}

@test "a program of an earlier build is not asked for a time line" {
    mkdir cells
    ln -s "${PARBENCH%/*}"/* cells/
    rm cells/parbench cells/parbench-cell-serial
    cp "$PARBENCH" cells/parbench
    cat >cells/parbench-cell-serial <<END
#!/bin/bash
[[ " \$* " != *" --timeline="* ]] || exit 3
if [[ \$1 == --describe ]]; then
    "${PARBENCH%/*}/parbench-cell-serial" "\$@" | sed 's/"--timeline="/"--other="/'
else
    exec "${PARBENCH%/*}/parbench-cell-serial" "\$@"
fi
END
    chmod +x cells/parbench-cell-serial
    PARBENCH=cells/parbench parbench measure primes serial --size 20011 --samples 1 \
        --timeline line.tsv
    refused 2 '--timeline: the program of serial does not tell who computed what when'
}

# Of how many launches a run tells who computed what when.
told() # RUN
{
    grep -c '"timeline":' "$1/samples.jsonl"
}

@test "a run keeps who computed what when in its first round, and draws the fastest and the slowest" {
    command -v gnuplot >/dev/null || skip "gnuplot is not here"
    local words='Who computed what when in one execution of primes under '
    local -a grain=(run grain --kernels primes --models pool --workers 2 --oversubscribe
        --profile smoke)
    extended "${grain[@]}" --rounds 2 --out run
    [ "$status" -eq 0 ] || { show && return 1; }
    [ "$(told run)" -eq 3 ]
    [ "$(grep '"timeline":' run/samples.jsonl | grep -c '"round":0,')" -eq 3 ]
    jq -es 'map(select(.timeline and .model == "serial")) == []' run/samples.jsonl >/dev/null
    [ "$(grep -c '^pool:chunk=[0-9]*: worker [01]' run/figures/grain-primes-timeline.tsv)" -eq 4 ]
    grep -q "$words" run/report.html
    grep -q 'fastest: pool:chunk=' run/figures/grain-primes-timeline.svg
    grep -q 'slowest: pool:chunk=' run/figures/narrow/grain-primes-timeline.svg

    # It goes on without asking again, and is drawn anew of what is there.
    extended run --resume run --rounds 3
    [ "$(told run)" -eq 3 ]
    cp run/figures/grain-primes-timeline.tsv before
    rm -r run/figures run/report.html
    extended report run
    [ "$status" -eq 0 ]
    cmp before run/figures/grain-primes-timeline.tsv

    # So it is of two runs together.
    extended "${grain[@]}" --rounds 1 --out other
    extended report run other --out both
    [ "$status" -eq 0 ] || { show && return 1; }
    [ "$(told both)" -eq 6 ]
    grep -q '^pool:chunk=[0-9]*: worker 1' both/figures/grain-primes-timeline.tsv

    # Older runs do not tell it, and have no such figure.
    sed -i 's/"timeline":/"another":/' run/samples.jsonl
    rm -r run/figures
    extended report run
    [ "$status" -eq 0 ]
    [ ! -e run/figures/grain-primes-timeline.tsv ]
    run ! grep -q "$words" run/report.html
}

@test "a time line that cannot be is passed over" {
    command -v gnuplot >/dev/null || skip "gnuplot is not here"
    extended run grain --kernels primes --models pool --workers 2 --oversubscribe --profile smoke \
        --rounds 1 --out run
    sed -i 's/"pieces": *\[\[[0-9]*,/"pieces":[[99999999999999,/' run/samples.jsonl
    rm -r run/figures
    extended report run
    [ "$status" -eq 0 ]
    [ ! -e run/figures/grain-primes-timeline.tsv ]
}
