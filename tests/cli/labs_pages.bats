#!/usr/bin/env bats
#
# The labs as pages, as `make labs` writes them: what is in them, where their links lead, and how they
# are in a browser. Pages are written of a copy of the labs in a tree that is otherwise the suite's.
#
# shellcheck disable=SC2154 # variables of helper.bash and browser.bash

load helper
load browser

# The tree, in which a test may change labs. Nothing was built or measured in it.
make_tree()
{
    local entry root=$BATS_TEST_DIRNAME/../..
    mkdir tree
    for entry in "$root"/*; do
        case ${entry##*/} in
        build* | results | labs | scripts) ;;
        *) ln -s "$(realpath "$entry")" tree ;;
        esac
    done
    cp -r "$root"/{labs,scripts} tree
    mkdir tree/results
    for entry in README.md reference experiments labs; do
        ln -s "$(realpath "$root/results/$entry")" tree/results
    done
}

pages() # [VARIABLE=VALUE…]
{
    run --separate-stderr env -u BUILD -u RECORDS "$@" tree/scripts/labs
}

# The last command said one line on standard error, which matches, and nothing else.
fails() # REGULAR-EXPRESSION
{
    [ "$status" -eq 1 ] || { show && return 1; }
    [ -z "$output" ]
    [ "${#stderr_lines[@]}" -eq 1 ] || { show && return 1; }
    grep -Eq -- "^labs: $1\$" <<<"$stderr" || { show && return 1; }
}

# Every place outside of a page that the page leads to, a line each.
leads_to() # PAGE
{
    grep -o 'href="[^"]*"' "$1" | sed 's/^href="//; s/"$//' | grep -v '^https\?:'
}

# A run with the figures that the pages of lab 1 show, in the folder.
make_record() # FOLDER
{
    local run made=$BATS_FILE_TMPDIR/record
    if [ ! -e "$made" ]; then
        for run in 'models pi' 'primes primes'; do
            mkdir -p record/lab1
            parbench run strong --profile smoke --kernels "${run#* }" --models pool --alone \
                --size 1000 --rounds 1 --workers 1,2 --oversubscribe --out "record/lab1/${run% *}"
            ended_with 0 PASS
        done
        mv record "$made"
    fi
    cp -r "$made" "$1"
}

@test "each lab and each teacher's page becomes a page, whole in itself and without comments" {
    local source page
    make_tree
    pages
    [ "$status" -eq 0 ]
    [ "$output" = build/labs/index.html ]
    [ -z "$stderr" ]
    for source in tree/labs/[0-9]*.md tree/labs/teacher/[0-9]*.md tree/labs/README.md; do
        [ -e "$source" ] || continue
        page=${source#tree/labs/}
        page=tree/build/labs/${page/%.md/.html}
        page=${page/README/index}
        grep -qF "<title>$(sed -n '1s/# //p' "$source")</title>" "$page"
        run ! grep -E '<!--|<script|<link|@import|url\(|(src|srcset)="[^d]' "$page"
        grep -q "^<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; " "$page"
    done
    [ -z "$(find tree/build -name '*.html.*')" ]
}

@test "every link of every page leads somewhere" {
    local page link file count=0
    make_tree
    pages
    while read -r page; do
        while read -r link; do
            file=${link%%#*}
            file=${file:+${page%/*}/$file}
            [ -e "${file:=$page}" ] || { echo "$page: no $link" && return 1; }
            [[ $link != *.html#* && $link != '#'* ]] || grep -q "id=\"${link#*#}\"" "$file" || {
                echo "$page: no heading for $link" && return 1
            }
            ((count += 1))
        done < <(leads_to "$page")
    done < <(find tree/build -name '*.html')
    [ "$count" -gt 10 ]
}

@test "pages lie where they are to, and lead back into the tree" {
    make_tree
    pages BUILD="$PWD/a build"
    [ "$output" = "$PWD/a build/labs/index.html" ]
    [ ! -e tree/build ]
    grep -q 'href="../../tree/kernels/pi.c"' 'a build/labs/1-first-speedup.html'
    mv tree 'tree #1'
    BUILD=$PWD/a\ build run 'tree #1/scripts/labs'
    [ "$status" -eq 0 ]
    grep -q 'href="../../tree%20%231/kernels/pi.c"' 'a build/labs/1-first-speedup.html'
}

@test "labs lead to the one before and the next, in the order of their numbers" {
    make_tree
    rm tree/labs/[0-9]*.md
    rm -rf tree/labs/teacher
    mkdir tree/labs/teacher
    echo '# Lab 9: Nine' >tree/labs/9-nine.md
    echo '# Lab 10: <Ten>' >tree/labs/10-ten.md
    printf '# Lab 2: Two\n\nNot [one](1-one.md), but [ten](10-ten.md#a) or [all](README.md).\n' \
        >tree/labs/2-two.md
    printf '# Notes\n\nOn [nine](../9-nine.md), of [labs](../README.md).\n' >tree/labs/teacher/9-nine.md
    pages
    [ "$(leads_to tree/build/labs/2-two.html | uniq | paste -sd' ')" = \
        'index.html 9-nine.html 10-ten.html#a index.html 9-nine.html' ]
    grep -q '^<p>Not one, but <a href="10-ten.html#a">ten</a> or ' tree/build/labs/2-two.html
    [ "$(leads_to tree/build/labs/9-nine.html | head -n 3 | paste -sd' ')" = \
        '2-two.html index.html 10-ten.html' ]
    grep -q '>Lab 10: &lt;Ten&gt; →</a>' tree/build/labs/9-nine.html
    [ "$(leads_to tree/build/labs/10-ten.html | uniq | paste -sd' ')" = \
        '9-nine.html index.html 9-nine.html index.html' ]
    [ "$(leads_to tree/build/labs/teacher/9-nine.html | head -n 4 | paste -sd' ')" = \
        '../index.html ../9-nine.html ../9-nine.html ../index.html' ]
    # Of labs that are not there only the names stand on the page of all of them.
    grep -q '^First speed-up$' tree/build/labs/index.html
}

@test "tables are tables, comments are left out but where they are shown, and questions are marked" {
    make_tree
    cat >tree/labs/1-first-speedup.md <<'END'
# Lab 1: `a < b`

Before
<!-- one
| not | a table |

-->
behind, | of no table |.

| a | right |
|---|---:|
| `x \| y` | - 1 |
| *b* & [c](../kernels/pi.c) | |

| no table |

```
<!-- shown -->
| a | b |
|---|---|
```

## How *many* π?

**Predict.** How many?

<!-- predict many: speedup in models of pi threads -->

**Check.** Are they?

- a) They are.

```sh
build/parbench run strong --kernels pi,primes --no-figures
a-b <c >"d-e"
```
END
    pages
    [ "$status" -eq 0 ]
    sed -n '/<main>/,/<\/main>/p' tree/build/labs/1-first-speedup.html | expected labs-page.html
    grep -qF '<h1>Lab 1: <code>a &lt; b</code></h1>' tree/build/labs/1-first-speedup.html
}

@test "a picture is that of the reader's own run, where there is one" {
    local page=tree/build/labs/1-first-speedup.html
    make_tree
    pages RECORDS="$PWD/records"
    [ "$(grep -c '^<figcaption>Measured elsewhere' $page)" -eq 2 ]
    run ! grep '^<figcaption>From your own run' $page
    make_record records
    rm -r records/lab1/primes
    sed -i 's/"host": ".*"/"host": "a<b \& c"/; s/"started": ".*"/"started": "2026-02-03T12:04:05Z"/' \
        records/lab1/models/manifest.json
    pages RECORDS="$PWD/records" TZ=UTC
    [ "$(grep -c '^<figcaption>Measured elsewhere' $page)" -eq 1 ]
    grep -qxF "<figcaption>From your own run <code>$PWD/records/lab1/models</code>, made on 3 February 2026, 12:04, on a&lt;b &amp; c.</figcaption>" $page
    # One whose manifest is lost, or is of no use, has a picture all the same.
    echo '"host"' >records/lab1/models/manifest.json
    pages RECORDS="$PWD/records"
    grep -q '^<figcaption>From your own run <code>.*/records/lab1/models</code>\.</figcaption>' $page
    rm records/lab1/models/manifest.json
    pages RECORDS="$PWD/records"
    grep -q '^<figcaption>From your own run <code>.*/records/lab1/models</code>\.</figcaption>' $page
}

@test "what is missing or cannot be written is said in one line, and no page is there in part" {
    make_tree
    mkdir bin
    ln -s "$(type -P bash)" "$(type -P dirname)" bin
    pages PATH="$PWD/bin"
    fails 'there is no cmark: scripts/setup labs gets it'
    touch taken
    pages BUILD="$PWD/taken"
    fails "cannot write $PWD/taken/labs/index.html"
    pages BUILD=/proc
    fails 'cannot write /proc/labs/index.html'
    mkdir -p folder/labs/index.html
    pages BUILD="$PWD/folder"
    fails "cannot write $PWD/folder/labs/index.html"
    [ -z "$(find folder -type f)" ]
    pages
    mv tree/build whole
    printf '\n![alike](figures/lab1/models/none.svg)\n' >>tree/labs/1-first-speedup.md
    pages
    fails 'labs/1-first-speedup.md shows labs/figures/lab1/models/none.svg, which is not there'
    [ "$(ls tree/build/labs)" = index.html ]
    sed -i '$s/.*/[lost](..\/kernels\/none.c)/' tree/labs/1-first-speedup.md
    pages
    fails 'labs/1-first-speedup.md leads to kernels/none.c, which is not there'
    diff whole/labs/index.html tree/build/labs/index.html
}

# Nothing is wrong with the page in any width.
is_well() # PAGE DARK
{
    local line
    [ -z "$complaints" ] || { echo "$1: $complaints" && return 1; }
    for line in "${found[@]}"; do
        echo "$1: $line" # for the reader of a failure
        [ "$(of beyond "$line")" -eq 0 ]
        [ "$(of dark "$line")" = "$2" ]
        is_at_least 4.5 "$(of contrast "$line")"
        [ "$(of requests "$line")" -eq 0 ]
        [ "$(of scripts "$line")" -eq 0 ]
        [ "$(of contents "$line")" -eq "$(grep -c '^<h2 ' "$1")" ]
        [ "$(of lost "$line")" = '[]' ]
        [ "$(of count "$line")" -eq "$(grep -c '^<div class="card' "$1")" ]
        [ "$(of wrong "$line")" = '[]' ]
    done
    [ "$(of width "${found[0]}")" -eq 1280 ]
    [ "$(of width "${found[1]}")" -eq 400 ]
}

are_well() # PAGE…
{
    local page
    browser >/dev/null || skip 'no Chromium: scripts/setup test gets it'
    for page; do
        look_at "$page"
        is_well "$page" false
        is_at_least 0.9 "$(of paper "${found[0]}")"
        look_at "$page" --blink-settings=preferredColorScheme=0
        is_well "$page" true
        is_at_least "$(of paper "${found[0]}")" 0.1
    done
}

@test "the pages in a browser, light and dark, wide and narrow" {
    local found_pages
    make_tree
    pages
    mapfile -t found_pages < <(find tree/build -name '*.html')
    [ "${#found_pages[@]}" -ge 2 ]
    are_well "${found_pages[@]}"
}

@test "the page in a browser, with the figures of a run" {
    make_tree
    make_record records
    pages RECORDS="$PWD/records"
    [ "$(grep -c '^<figcaption>From your own run' tree/build/labs/1-first-speedup.html)" -eq 2 ]
    are_well tree/build/labs/1-first-speedup.html
}
