#!/usr/bin/env bats
#
# report.html in a real browser, Chromium without a window: what browser.html finds out about it.
#
# shellcheck disable=SC2154 # variables of helper.bash and browser.bash

load helper
load browser
load made_up_runs

# A run so small that only its page is worth a look, with all kinds of figures; a copy of one.
make_page()
{
    browser >/dev/null || skip 'no Chromium: scripts/setup test gets it'
    local models made=$BATS_FILE_TMPDIR/run
    if [ ! -e "$made" ]; then
        models=$(local_models | paste -sd, | tr ' ' ,)
        parbench run strong weak gil --profile smoke --kernels primes,squares --size 1000 \
            --rounds 1 --workers 1,2 --models "$models" --oversubscribe --out run
        ended_with 0 PASS
        mv run "$made"
    fi
    cp -r "$made" run
    [ -n "$(ls run/figures/where-primes.svg run/figures/weak-primes-efficiency.svg)" ]
}

# Nothing is wrong with the page in any width.
is_well() # DARK
{
    local line figures
    figures=$(find run/figures -maxdepth 1 -name '*.svg' | wc -l)
    [ -z "$complaints" ] || { echo "$complaints" && return 1; }
    for line in "${found[@]}"; do
        echo "$line" # for the reader of a failure
        [ "$(of beyond "$line")" -eq 0 ]
        [ "$(of dark "$line")" = "$1" ]
        is_at_least 4.5 "$(of contrast "$line")"
        [ "$(of requests "$line")" -eq 0 ]
        [ "$(of scripts "$line")" -eq 2 ]
        [ "$(of contents "$line")" -ge 5 ]
        [ "$(of lost "$line")" = '[]' ]
        [ "$(of folds "$line")" -ge 5 ]
        [ "$(of shut "$line")" = '[]' ]
        is_at_least 8 "$(of tables "$line")"
        is_at_least 6 "$(of boxes "$line")"
        [ "$(of unsorted "$line")" = '[]' ]
        [ "$(of count "$line")" -eq "$figures" ]
        [ "$(of wrong "$line")" = '[]' ]
        [ "$(of lines "$line")" -eq "$(wc -l <run/samples.jsonl)" ]
        [ "$(of samples "$line")" -eq "$(grep -c '"sample":' run/samples.jsonl)" ]
        [ "$(of unknown "$line")" -eq 0 ]
    done
    [ "$(of width "${found[0]}")" -eq 1280 ]
    [ "$(of width "${found[1]}")" -eq 400 ]
}

@test "the page in a browser, light and dark, wide and narrow" {
    make_page
    look_at run/report.html
    is_well false
    is_at_least 0.9 "$(of paper "${found[0]}")"
    look_at run/report.html --blink-settings=preferredColorScheme=0
    is_well true
    is_at_least "$(of paper "${found[0]}")" 0.1
}

@test "the page in a browser, of a folder that was made to do harm" {
    make_page
    local command='</script><script>alert(1)</script><!--<img src=http://127.0.0.1:1/x>'
    sed -i "s|\"command\": \".*\"|\"command\": \"$command\\\\u2028\"|" run/manifest.json
    parbench report run --no-figures
    ended_with 0 PASS
    look_at run/report.html
    is_well false
    [[ ${found[0]} == *'"command":"&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;'* ]]
}

# A figure in place of one that gnuplot takes long to draw: as large as that, in pixels and in bytes.
figure() # FILE WIDTH HEIGHT BYTES
{
    printf '<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d"><desc>%*s</desc></svg>' \
        "$2" "$3" "$4" x >"run/figures/$1.svg"
}

@test "the page of a node with 64 cores is small, and short until it is unfolded" {
    local kernel name
    make_node_run run
    mkdir -p run/figures/narrow
    for name in strong gil; do
        figure "$name" 1080 440 40000
        figure "narrow/$name" 480 700 40000
    done
    for kernel in factorial pi primes squares; do
        for name in strong-$kernel-{speedup,efficiency,time} weak-$kernel-efficiency; do
            figure "narrow/$name" 480 520 12000
        done
        figure "narrow/where-$kernel" 480 1120 12000
    done
    parbench report run --no-figures
    ended_with 0 PASS
    run ! grep 'The figure .* is missing' run/report.html
    [ "$(stat -c %s run/report.html)" -lt 3800000 ]
    browser >/dev/null || skip 'no Chromium: scripts/setup test gets it'
    look_at run/report.html
    is_at_least "$(of screens "${found[0]}")" 10
}

@test "the page in a browser: what would be wrong is found" {
    make_page
    local wide='<p style="max-width: none; width: 2000px">wide</p>'
    sed -i "s|<main>|&<img alt='x' src='data:image/svg+xml;base64,PHN2Zw=='>$wide|
        s|<h1>|<img alt='y' src='http://127.0.0.1:1/y'>&|" run/report.html
    look_at run/report.html
    [[ $complaints == *'violates the following Content Security Policy'* ]]
    [ "$(of beyond "${found[1]}")" -gt 0 ]
    [[ ${found[0]} == *'"wrong":["not drawn: y","not drawn: x"]'* ]]
}
