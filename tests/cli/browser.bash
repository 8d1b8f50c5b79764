# shellcheck shell=bash disable=SC2034,SC2154 # for the tests, and variables of bats
#
# Looking at a page in a real browser, Chromium without a window: what browser.html finds out about
# it.

# The browser; the test is skipped without one.
browser()
{
    local name
    for name in chromium chromium-browser google-chrome; do
        if type -P "$name"; then return; fi
    done
    return 1
}

# Fills `found` with what there is to say of the page in each width, and `complaints` with what the
# browser says on its console.
look_at() # REPORT [OPTION…]
{
    local attempt
    # --no-sandbox: tests may run as root, and the page is our own. Where /dev/shm is small, as in
    # containers, pages crash that use it. At times, on a busy machine, the browser does not end and
    # has written nothing: then it is started anew.
    for attempt in {1..3}; do
        if timeout 60 "$(browser)" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
            --user-data-dir="$BATS_TEST_TMPDIR/browser$attempt" --allow-file-access-from-files \
            --enable-logging=stderr --v=0 --virtual-time-budget=60000 --dump-dom "${@:2}" \
            "file://$BATS_TEST_DIRNAME/browser.html?file://$(realpath "$1")" >dom 2>log; then
            break
        fi
    done
    complaints=$(grep CONSOLE log || true)
    mapfile -t found < <(sed -n 's/.*<pre id="found">//; /^{/p' dom)
    [ "${#found[@]}" -eq 2 ] || { cat dom log && return 1; }
}

# A number or a list of what was found.
of() # KEY LINE
{
    sed -n "s/.*\"$1\":\(\[[^]]*\]\|[^],}]*\).*/\1/p" <<<"$2"
}

is_at_least() # LEAST NUMBER
{
    awk -v least="$1" -v number="$2" 'BEGIN { exit !(number >= least) }'
}
