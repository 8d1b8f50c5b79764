#!/usr/bin/env bats
#
# Folders of runs that were made to do harm: to hang whoever reads them, to paint a terminal, to
# have other files overwritten.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper

# A run in the folder `run`, whose manifest and samples are one cell's.
make_run()
{
    parbench run strong --profile smoke --size 2e5 --workers 1 --alone --kernels primes --models serial \
        --rounds 1 --no-figures --out run
    [ "$status" -eq 0 ]
}

# What is said and written holds no controls but ends of lines, tabs and the page's own.
harmless() # FILE…
{
    local text
    text=$(cat "$@" - <<<"$output$stderr" | LC_ALL=C tr -d '\n\t\040-\176\200-\377' | od -c)
    [ "$text" = 0000000 ] || { echo "controls: $text" && return 1; }
    ! cat "$@" - <<<"$output$stderr" | LC_ALL=C grep -aq $'\xc2\x9b\|\xe2\x80\xae'
}

# The raw data of the page.
embedded()
{
    sed -n '/<script type=/,/<\/script>/p' run/report.html | sed 's/^<script[^>]*>//; s/<\/script>$//'
}

# Refuses the folder in one line, at once.
refused() # REGULAR-EXPRESSION
{
    run --separate-stderr timeout 60 "$PARBENCH" report run --no-figures
    [ "$status" -eq 1 ] || { show && return 1; }
    [ "${#stderr_lines[@]}" -eq 1 ]
    [[ $stderr =~ $1 ]] || { show && return 1; }
}

@test "what is no file is not waited for" {
    local file
    make_run
    for file in manifest.json samples.jsonl; do
        mv "run/$file" kept
        mkfifo "run/$file"
        refused "cannot read run/$file: it is a pipe, a device or a socket"
        rm "run/$file"
        ln -s /dev/zero "run/$file"
        refused "cannot read run/$file: it is a pipe, a device or a socket"
        rm "run/$file"
        mkdir "run/$file"
        refused "cannot read run/$file: Is a directory"
        rmdir "run/$file"
        ln -s "$file" "run/$file"
        refused "cannot read run/$file: Too many levels"
        rm "run/$file"
        mv kept "run/$file"
    done
    truncate -s 100G run/manifest.json
    refused 'cannot read run/manifest.json: it is too large'
}

@test "pipes in place of what a report writes, and of figures that it shows" {
    make_run
    mkdir -p run/figures/narrow
    rm -f run/summary.csv run/report.html
    mkfifo run/summary.csv.part run/report.html.part run/summary.csv run/report.html \
        run/figures/{,narrow/}strong-primes-{time,speedup}.svg run/figures/{,narrow/}gil.svg
    run --separate-stderr timeout 60 "$PARBENCH" report run --no-figures
    ended_with 0 PASS
    [ -f run/summary.csv ]
    [ -f run/report.html ]
}

@test "links do not lead a report to other files" {
    make_run
    local name
    for name in summary.csv report.html; do
        echo mine >"$name"
        ln -sf "../$name" "run/$name"
        ln -sf "../$name" "run/$name.part"
    done
    mkdir -p run/figures/narrow
    echo mine >figure
    for name in run/figures/{,narrow/}strong-primes-time.svg \
        run/figures/strong-primes-time.{tsv,png}; do
        ln -s "$PWD/figure" "$name"
        ln -s "$PWD/figure" "$name.part"
    done
    parbench report run
    ended_with 0 PASS
    [ "$(cat summary.csv report.html figure | sort -u)" = mine ]
    [ ! -L run/report.html ]
    [ ! -L run/figures/strong-primes-time.svg ]
}

@test "nothing that a folder holds paints a terminal, a page or a figure" {
    make_run
    # shellcheck disable=SC2016 # no shell is to expand this
    sed -i 's/"host": ".*"/"host": "\\u001b]0;owned\\u0007\\u009b2J\\u202e<b>"/
        s/"cpu": ".*"/"cpu": "\\u001b[31m\\u0008\\n`touch x`\\"; system(\\"touch x\\")"/
        s/"command": ".*"/"command": "\\u001b[31m<script><\/script><!--\\u2028\\u007f"/' \
        run/manifest.json
    sed -i 's/"result":"/&\\u001b[31m\\u202e/' run/samples.jsonl
    parbench report run
    ended_with 0 PASS
    harmless run/report.html run/summary.csv run/figures/*.svg run/figures/*.tsv
    [ "$(grep -c '<script' run/report.html)" -eq 2 ]
    [ "$(grep -c '<script type="application/json" id="data">' run/report.html)" -eq 1 ]
    [ "$(grep -c '</script\|<!--' run/report.html)" -eq 2 ]
    [ "$(grep -c '<b>.*owned' run/report.html)" -eq 0 ]
    embedded | is_json
    [ -z "$(find . -name x)" ]

    local id
    id=$(sed -n '1s/.*\("cell":"[^"]*"\).*/\1/p' run/samples.jsonl)
    printf '{%s,"failed":"\\u001b[31mred\\u001b[0m \\u009b2J\\u202e"}\n' "$id" >>run/samples.jsonl
    parbench report run --no-figures
    ended_with 1 FAIL
    says 'FAILED: \?\[31mred\?\[0m \?2J\?$'
    harmless run/report.html run/summary.csv
    parbench report run --no-figures --json
    harmless
}

@test "nothing that a run is compared with paints a terminal" {
    make_run
    cp -r run base
    sed -i 's/"host": ".*"/"host": "\\u001b]0;owned\\u0007\\u009b2J\\u202e"/
        s/"system": ".*"/"system": "\\u001b]0;owned\\u0007\\u001b[31m\\u202e"/
        s/"flags": ".*"/"flags": "-O3\\nserial 1 1.00 faster"/
        s/"environment": {}/"environment": {ENVIRONMENT}/
        s/"environment": {$/&ENVIRONMENT,/
        s/ENVIRONMENT/"OMP_\\u001b[2J": "\\u001b[31m\\u202e", "OMP_A\\nb": "c\\rd"/' \
        run/manifest.json
    local name=$'\e[31m\xe2\x80\xae\n\xff' # in any locale
    mv run "$name"
    parbench compare base "$name"
    [ "$status" -eq 0 ]
    harmless
    says '^new   \?\[31m\?\?\?$'
    says '^  new   \?\]0;owned\?\?\[31m\?$'
    says '^  new   -O3\?serial 1 1\.00 faster$'
    says '^OMP_\?\[2J$'
    says '^OMP_A\?b$'
    parbench compare base "$name" --json
    [ "$status" -eq 0 ]
    harmless
    is_json <<<"$output"
    says '"new": "\?\[31m\?\?\?"'
    parbench report "$name" --no-figures --json
    [ "$status" -eq 0 ]
    harmless
    is_json <<<"$output"
}

@test "samples that are too large for a page stay beside it" {
    make_run
    truncate -s 65M run/samples.jsonl # what is behind the samples is no line
    parbench report run --no-figures
    [ "$status" -eq 0 ]
    grep -q 'cannot be taken in: it is too large' run/report.html
    grep -q 'at most 64.0 MiB of them' run/report.html
    embedded | is_json
    [ "$(embedded | tail -1)" = '"samples":null}' ]
}

@test "names of cells are names" {
    make_run
    cp run/manifest.json manifest.json
    local name
    for name in '\\u001b[31mpi' '../../pi' 'p\\"i' '-pi' ''; do
        sed "s|\"kernel\": \"primes\"|\"kernel\": \"$name\"|" manifest.json >run/manifest.json
        refused 'run/manifest.json: cell 0 cannot be read: its kernel is no name'
    done
    sed "s|\"label\": \"serial\"|\"label\": \"serial:a=\$(touch x)\"|" manifest.json \
        >run/manifest.json
    refused 'run/manifest.json: cell 0 cannot be read: its label is not its model with options'
}

@test "an error of JSON says where, and nothing of what stands there reaches the terminal" {
    make_run
    printf '{"schema": 1,\n"\xe2\x80\xae\xc2\x9b2J\x1b[31m": 7}\n' >run/manifest.json
    refused 'run/manifest.json:2: '
    harmless
    printf '{"schema": 1,\n"\xff": 7}\n' >run/manifest.json
    refused 'run/manifest.json:2: '
    printf '{"schema": 1, "schema": 1}\n' >run/manifest.json
    refused 'run/manifest.json:1: duplicate object key'
}

@test "a run that goes on deletes nothing but what a cut explains" {
    make_run
    cp run/samples.jsonl samples.jsonl
    echo 'not a sample' >>run/samples.jsonl
    parbench run --resume run --rounds 2 --no-figures
    [ "$status" -eq 1 ]
    [ "$stderr" = "parbench: run/samples.jsonl:6: this line cannot be used: delete it to go on" ]
    [ "$(tail -1 run/samples.jsonl)" = 'not a sample' ]

    cp samples.jsonl theirs
    ln -sf ../theirs run/samples.jsonl
    parbench run --resume run --rounds 2 --no-figures
    [ "$status" -eq 1 ]
    [ "$stderr" = "parbench: cannot write run/samples.jsonl: it is a link" ]
    cmp samples.jsonl theirs

    rm run/samples.jsonl
    cp samples.jsonl run/
    sed -n '1s/"round":0/"round":99999/p' samples.jsonl >>run/samples.jsonl
    sed -n '2s/"round":0/"round":99999/p' samples.jsonl >>run/samples.jsonl
    parbench run --resume run --rounds 2 --no-figures
    [ "$status" -eq 1 ]
    [[ $stderr == *'run/samples.jsonl has round 99999, but not all before it'* ]]
}

# As root, in a namespace of its own.
@test "a host's name of 64 bytes that are no text" {
    local name
    name=$(printf 'n\xff%062d' 0)
    unshare --uts true 2>/dev/null || skip "no host of another name can be made here"
    # shellcheck disable=SC2016 # the inner shell is to expand this
    run --separate-stderr unshare --uts bash -c 'printf %s "$1" >/proc/sys/kernel/hostname &&
        exec "$0" "${@:2}"' "$PARBENCH" "$name" run "${quickly[@]}" --alone --kernels pi --models serial \
        --out run
    ended_with 0 PASS
    grep -q "\"host\": \"n?$(printf '%062d' 0)\"," run/manifest.json
    grep -q "\"node\":\"n?$(printf '%062d' 0)\"," run/samples.jsonl
    parbench run --resume run --rounds 2 --no-figures
    ended_with 0 PASS
    grep -q '<dt>Host</dt><dd>n?0*; from round 2 on ' run/report.html
}
