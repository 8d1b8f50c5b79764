#!/usr/bin/env bats
#
# report DIR DIR…: runs that never took place, put together.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper
load made_up_runs

# Runs of two jobs began at different times: those that are made up began at one.
began() # FOLDER MINUTE [SED-SCRIPT]
{
    sed -i "s/03:04:05/03:$2:00/;${3:-}" "$1/manifest.json"
}

two_jobs()
{
    make_run a 6 1
    make_run b 12 1.001
    began b 30 's/node1/node2/'
}

json_of() # PYTHON-EXPRESSION OF d
{
    python3 -c "import json, sys; d = json.load(sys.stdin); print($1)" <<<"$output"
}

half_width() # FOLDER MODEL
{
    awk -v model="model=$2 " 'index($0, model) {
            gsub(/[a-z_]*=/, "")
            print ($12 - $11) / $10
        }' <<<"$(sed 's/=/= /g;s/= /=/g' "$1/fom.txt")"
}

@test "the rounds of two runs add up, and those are told that each is of" {
    two_jobs
    parbench report a b --out both --no-figures
    ended_with 0 PASS
    [ "$stderr" = 'parbench: 2 runs are put together in both' ]
    says '^node1 and others of its kind: 2 cores, a cpu; 2 runs together$'
    says '^ 1  a: rounds 1 to 6, on node1$'
    says '^ 2  b: rounds 7 to 18, on node2$'
    says '^FOM kernel=pi model=threads .* samples=36 '
    never_says 'differ'
    fits "$output"
    [ "$(grep -c '"round":17,' both/samples.jsonl)" -eq 4 ]
    [ "$(tail -1 both/samples.jsonl)" = '{"ended":"rounds"}' ]
    # The runs are as they were.
    [ "$(ls a)" = $'manifest.json\nsamples.jsonl' ]
    [ "$(ls b)" = $'manifest.json\nsamples.jsonl' ]
    parbench report a --no-figures
    [ "$(half_width both threads)" != "$(half_width a threads)" ]
    awk "BEGIN { exit !($(half_width both threads) < $(half_width a threads)) }"
    parbench report both --json --no-figures
    [ "$status" -eq 0 ]
    [ "$(json_of '[(s["folder"], s["round"], s["rounds"], s["samples"]) for s in d["sources"]]')" = \
        "[('a', 0, 6, 24), ('b', 6, 12, 48)]" ]
    [ "$(json_of 'd["mixed"], d["cells"][1]["rounds"]')" = 'False 18' ]
}

@test "speedups are of rounds of one run, whatever the other one's machine did" {
    make_run a 6 1
    parbench report a --json --no-figures
    local alone
    alone=$(json_of 'd["cells"][1]["speedup"]')
    make_run c 6 1
    began c 45
    awk '{ match($0, /"seconds":[0-9.]+/)
           if (RSTART) print substr($0, 1, RSTART + 9) substr($0, RSTART + 10, RLENGTH - 10) * 3 \
               substr($0, RSTART + RLENGTH); else print }' c/samples.jsonl >slower
    mv slower c/samples.jsonl
    parbench report a c --out ac --json --no-figures
    [ "$(json_of "abs(d['cells'][1]['speedup'] - $alone) < 1e-6")" = True ]
}

@test "cells that only one run has join those of the other, in their order" {
    make_scaling_run one 6 1 2 8
    make_scaling_run two 7 4
    began two 30
    parbench report one two --out both --json --no-figures
    [ "$status" -eq 0 ]
    [ "$(json_of '[(c["workers"], c["rounds"]) for c in d["cells"]]')" = \
        '[(1, 13), (1, 6), (2, 6), (4, 7), (8, 6)]' ]
    [ "$(json_of 'round(d["fits"][0]["parameters"]["f"]["value"], 3)')" = 0.1 ]
    # Read again, and put together again.
    make_scaling_run three 6 1 2
    began three 45
    parbench report both three --out all --json --no-figures
    [ "$status" -eq 0 ]
    [ "$(json_of '[s["folder"] for s in d["sources"]]')" = "['one', 'two', 'three']" ]
    [ "$(json_of 'd["cells"][2]["rounds"]')" = 12 ]
    parbench compare one all
    [ "$status" -eq 0 ]
    [[ $stderr == 'parbench: one and all have a run in common: '* ]]
    parbench export all --format csv
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq $((1 + $(grep -c '"sample"' all/samples.jsonl))) ]
}

@test "runs of two kinds of machines are refused, unless they may be mixed, which is told" {
    two_jobs
    began b 30 's/a cpu/another cpu/'
    parbench report a b --out both --no-figures
    [ "$status" -eq 2 ]
    [ "${#stderr_lines[@]}" -eq 1 ]
    [[ $stderr == 'parbench: a and b were measured on machines of two kinds (machine.cpu is "a cpu" and "another cpu"): '* ]]
    [ ! -e both ]
    parbench report a b --mixed --out both --no-figures
    ended_with 0 PASS
    [ "$(grep -c '^SEVERAL MACHINES: run 1 on node1: 2 cores, a cpu; run 2 on node2: 2' <<<"$output")" -eq 2 ]
    says '^- cpu: a cpu \(run 1\), another cpu \(run 2\)$'
    fits "$output"
    [ "$(grep -c 'SEVERAL MACHINES' both/report.html)" -ge 4 ]
    # So does each line that a tool takes out of its place, and of other runs none.
    [ "$(grep -c '^FOM .* mixed=1$' <<<"$output")" -eq "$(grep -c '^FOM ' <<<"$output")" ]
    [[ $(head -1 both/summary.csv) == *,mixed ]]
    [ "$(tail -n +2 both/summary.csv | grep -c ',1$')" -eq "$(tail -n +2 both/summary.csv | wc -l)" ]
    grep -q 'These runs are of several machines' both/report.html
    parbench export both --format csv
    [ "$stderr" = 'parbench: both was put together of runs of several machines' ]
    parbench report a --no-figures
    never_says 'mixed='
    [ "$(tail -n +2 a/summary.csv | grep -c ',$')" -eq "$(tail -n +2 a/summary.csv | wc -l)" ]
    # Of three, those two are named that differ.
    make_run c 6 1
    began c 45
    parbench report a c b
    [[ $stderr == 'parbench: a and b were measured '* ]]
}

@test "a figure of several machines says which run is of which" {
    command -v gnuplot >/dev/null || skip 'gnuplot is not there'
    two_jobs
    began b 30 's/a cpu/another cpu/'
    parbench report a b --mixed --out both
    ended_with 0 PASS
    local figure
    for figure in both/figures/*.svg; do
        grep -q 'SEVERAL MACHINES: run 1 on node1' "$figure"
    done
}

@test "other builds and settings are told" {
    two_jobs
    began b 30 's/GNU 12/GNU 13/;s/"environment":{}/"environment":{"OMP_WAIT_POLICY":"active"}/'
    parbench report a b --out both --no-figures
    ended_with 0 PASS
    says '^They differ, which may be why times do:$'
    says '^- compiler: GNU 12 \(run 1\), GNU 13 \(run 2\)$'
    says '^- OMP_WAIT_POLICY: not set \(run 1\), active \(run 2\)$'
    grep -q 'They differ in compiler; OMP_WAIT_POLICY' both/report.html
    parbench report both --no-figures
    says '^- compiler: GNU 12 \(run 1\), GNU 13 \(run 2\)$'
}

@test "a run is there once, by whatever name" {
    two_jobs
    cp -r a copy
    ln -s a link
    parbench report b a --out both --no-figures
    local -A twice=(['a a']='a is there twice' ['a ./a/']='are the same folder'
        ['a link']='a and link are the same folder' ['a b copy']='a and copy are the same run'
        ['both a']='a, which both was made of, and a are the same run'
        ['copy both']='copy and a, which both was made of, are the same run')
    local folders
    for folders in "${!twice[@]}"; do
        # shellcheck disable=SC2086 # words of it are folders
        parbench report $folders --out none --no-figures
        [ "$status" -eq 2 ]
        [ "${#stderr_lines[@]}" -eq 1 ]
        [[ $stderr == *"${twice[$folders]}"* ]] || { show && return 1; }
        [ ! -e none ]
    done
    # Also one that went on after it was copied.
    make_run a 9 1
    parbench report a copy --out none
    [ "$status" -eq 2 ]
}

@test "what is no run, is in use, or of another size is refused, and nothing is left" {
    two_jobs
    mkdir empty rubbish torn
    echo '{"sources":[7]}' >rubbish/manifest.json
    head -c 100 a/manifest.json >torn/manifest.json
    local other
    for other in nothing empty rubbish torn a/manifest.json; do
        parbench report a "$other" --out none
        [ "$status" -eq 1 ]
        [ "${#stderr_lines[@]}" -eq 1 ]
        [[ $stderr == *"$other"* ]]
        [ ! -e none ]
    done
    exec 8>>b/samples.jsonl
    flock -n 8
    parbench report a b --out none
    exec 8>&-
    [ "$status" -eq 1 ]
    [[ $stderr == 'parbench: b is in use by another parbench'* ]]
    [ ! -e none ]
    make_run large 6 1 node1 2000000
    began large 45
    parbench report a large --mixed --out none
    [ "$status" -eq 2 ]
    [[ $stderr == 'parbench: a has pi of size 1 000 000, and large of size 2 000 000: '* ]]
    [ ! -e none ]
}

@test "they go into a new folder, never into one of the runs" {
    two_jobs
    mkdir full there
    touch full/file
    parbench report a b --out full
    [ "$status" -eq 2 ]
    [[ $stderr == 'parbench: full is not an empty folder'* ]]
    [ "$(ls full)" = file ]
    ln -s a/below link
    mkdir a/below
    local out
    for out in a a/new a/below/new/newer ./b/../a/new link/new; do
        parbench report a b --out "$out"
        [ "$status" -eq 2 ]
        [ "${#stderr_lines[@]}" -eq 1 ]
        [[ $stderr == *'in the folder of the run a: choose another'* ]]
    done
    [ -z "$(ls a/below)" ]
    parbench report a b --out there --no-figures
    ended_with 0 PASS
    parbench report a b --no-figures
    ended_with 0 PASS
    [[ $stderr =~ ^'parbench: 2 runs are put together in '(results/.*)$ ]]
    [ -s "${BASH_REMATCH[1]}/report.html" ]
}

@test "what is for several runs is refused for one" {
    make_run a 6 1
    parbench report a --out none
    [ "$status" -eq 2 ]
    [[ $stderr == 'parbench: --out is for several runs'* ]]
    parbench report a --mixed
    [ "$status" -eq 2 ]
    [ ! -e none ]
}

@test "a run that was cut off makes the whole so, and is the one to go on with" {
    two_jobs
    sed -i '$d' b/samples.jsonl
    parbench report a b --out both --no-figures
    ended_with 1 INTERRUPTED
    says 'b: rounds 7 to 18, on node2; it did not come to its end$'
    [ "${stderr_lines[1]}" = 'parbench: b did not come to its end: go on with parbench run --resume b, then put the runs together again' ]
    grep -q 'Not all of 2 runs came to their end' both/report.html
    local words
    for words in '--resume both' '--continue --out both'; do
        # shellcheck disable=SC2086
        parbench run $words
        [ "$status" -eq 2 ]
        [[ $stderr == 'parbench: both was put together of several runs: '* ]]
    done
    # One that has nothing yet is told, and the others are drawn.
    : >b/samples.jsonl
    parbench report a b --out some --no-figures
    ended_with 1 INTERRUPTED
    [[ $stderr == *'b has no samples yet'* ]]
    says '^FOM kernel=pi model=threads .* samples=12 '
}

@test "lines that cannot be used are left out, and counted for their own run" {
    two_jobs
    sed -i '3s/.*/rubbish/' b/samples.jsonl
    printf '{"cell":"pi/none"' >>a/samples.jsonl
    parbench report a b --out both --no-figures
    [[ $stderr == *'a/samples.jsonl: left out 1 line that cannot be used, line 26: it is cut off'* ]]
    [[ $stderr == *'b/samples.jsonl: left out 1 line that cannot be used, line 3: '* ]]
    parbench report both --no-figures
    [ -z "$stderr" ]
}

@test "runs that went on, and interleaved ones, are put together as others" {
    two_jobs
    sed -i 's/"profile"/"precision":0.02,"budget_s":9,"by_turns":"x","beside_folder":"b","profile"/' a/manifest.json
    sed -i 's/"profile"/"precision":0.02,"budget_s":9,"by_turns":"x","beside_folder":"a","profile"/' b/manifest.json
    echo '{"resumed":{"precision":0.0001,"budget_s":9,"at":"2026-01-02T04:00:00Z"}}' >>a/samples.jsonl
    echo '{"ended":"budget"}' >>a/samples.jsonl
    parbench report a b --out both --json --no-figures
    [ "$status" -eq 0 ]
    [ "$(json_of 'set(c["stopped"] for c in d["cells"])')" = "{'rounds'}" ]
    never_says '"by_turns"'
    grep -q '"precision": 0.0001' both/manifest.json
    [ "$(grep -c '"resumed"' both/samples.jsonl || true)" -eq 0 ]
    [ "$(tail -1 both/samples.jsonl)" = '{"ended":"budget"}' ]
    parbench compare a both
    [ "$status" -eq 0 ]
    never_says 'interleaved, launch'
}

# The last launch of threads in a fails behind its first sample; `mended`, it is made up for by a
# second build of the run's, which goes on with it.
fail_at_last() # [mended]
{
    local lines last
    lines=$(grep -c . a/samples.jsonl)
    last=$(sed -n "$((lines - 2)),$((lines - 1))p" a/samples.jsonl)
    {
        head -n $((lines - 2)) a/samples.jsonl
        printf '{%s,"round":5,"failed":"a node was gone"}\n{"ended":"failed"}\n' \
            "$(cell pi threads 2 "$size")"
        if [[ ${1:-} ]]; then
            echo '{"resumed":{"precision":0.02,"budget_s":9,"retried":true}}'
            printf '%s\n{"ended":"rounds"}\n' "$last"
        fi
    } >changed
    mv changed a/samples.jsonl
}

@test "a launch that failed counts, unless it was made up for" {
    two_jobs
    fail_at_last
    parbench report a b --out failed --no-figures
    ended_with 1 FAIL
    grep -q 'a node was gone' failed/report.html
    make_run a 6 1
    fail_at_last mended
    [ "$(grep -c '"sample":' a/samples.jsonl)" -eq 25 ]
    parbench report a b --out mended --no-figures
    ended_with 0 PASS
    says '^FOM kernel=pi model=threads .* samples=36 '
    [ "$(grep -c '"sample":' mended/samples.jsonl)" -eq 72 ]
    [ "$(grep -c '"failed"' mended/samples.jsonl || true)" -eq 0 ]
}

@test "a terminal of 80 columns shows which rounds are of which run" {
    two_jobs
    began b 30 's/a cpu/another cpu with a name that is long, as names of processors are/'
    # shellcheck disable=SC2016
    PARBENCH=$PARBENCH TERM=dumb run script -qec \
        'stty cols 80; "$PARBENCH" report a b --mixed --out both --no-figures' /dev/null
    output=${output//$'\r'/}
    says '^SEVERAL MACHINES: run 1 on node1: 2 cores, a cpu; run 2 on node2: 2 cores,$'
    says '^ 2  b: rounds 7 to 18, on node2$'
    says '^report    both/report.html$'
    fits "$output"
}

@test "two measured runs are put together" {
    local quickly=(strong --profile smoke --kernels pi --size 20000 --workers 1 --rounds 1 --alone
        --no-figures --cell-timeout 20s)
    "$PARBENCH" run "${quickly[@]}" --models serial --out one >/dev/null
    "$PARBENCH" run "${quickly[@]}" --models pool --out two >/dev/null
    parbench report one two --out both --no-figures
    ended_with 0 PASS
    says '^FOM kernel=pi model=serial .* samples='
    says '^FOM kernel=pi model=pool .* samples='
    [ "$(grep -c '"sample":' both/samples.jsonl)" -eq \
        "$(cat one/samples.jsonl two/samples.jsonl | grep -c '"sample":')" ]
    grep -q '"round":1' both/samples.jsonl
}
