#!/usr/bin/env bats
#
# What `cmake --install` makes of a build: BUILD is its folder.

# Once, from where it was moved to: no test changes it.
setup_file()
{
    cmake --install "${BUILD:?}" --prefix "$BATS_FILE_TMPDIR/at first" >/dev/null
    mv "$BATS_FILE_TMPDIR/at first" "$BATS_FILE_TMPDIR/installed"
}

setup()
{
    BUILD=$(realpath "${BUILD:?}")
    cd "$BATS_TEST_TMPDIR" || return 1
}

# As the folder installed/ of the test.
install_build()
{
    ln -s "$BATS_FILE_TMPDIR/installed" installed
}

@test "the installed programs work from wherever they are moved to" {
    install_build
    installed/bin/parbench list models >listed
    "$BUILD/parbench" list models | diff - listed
    installed/bin/parbench measure pi serial --size 1e5 --samples 1 | grep -qx 'VALIDATION: PASS'
}

@test "they know nothing of the folder that they were built in" {
    install_build
    local program
    for program in installed/bin/* installed/libexec/parbench/*; do
        if [[ $(head -c 4 "$program") == $'\177ELF' ]]; then
            run readelf -d "$program"
            [[ $output == *NEEDED* ]]
        else
            run cat "$program"
        fi
        [[ $output != *"$BUILD"* ]]
    done
}

@test "they start with a library outside of the system's folders" {
    mkdir outside
    echo 'int made_up(void); int made_up(void) { return 0; }' >made_up.c
    cc -shared -fPIC -Wl,-soname,libparbench-made-up.so.1 -o outside/libparbench-made-up.so.1 made_up.c
    ln -s libparbench-made-up.so.1 outside/libparbench-made-up.so
    cmake -S "$BATS_TEST_DIRNAME/outside" -B build -DHELP2MAN=OFF -DOUTSIDE="$PWD/outside" >/dev/null
    cmake --build build >/dev/null
    cmake --install build --prefix "$PWD/installed" >/dev/null
    installed/bin/front
    installed/libexec/parbench/cell
}

@test "the manual has a page for parbench and one for each command" {
    type -P help2man >/dev/null || skip "help2man makes them"
    install_build
    local command pages=installed/share/man/man1
    for command in $("$BUILD/parbench" help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
        grep -q "^parbench-$command .- " "$pages/parbench-$command.1"
        grep -q '^.SH SYNOPSIS' "$pages/parbench-$command.1"
        grep -q "^.BR parbench-$command (1)" "$pages/parbench.1"
    done
    grep -q -- '-.-profile' "$pages/parbench-run.1"
    grep -q -- '^bmf$' "$pages/parbench-export.1"
}

@test "completion is installed where shells look for it" {
    install_build
    diff "$BATS_TEST_DIRNAME/../../scripts/completion/parbench.bash" \
        installed/share/bash-completion/completions/parbench
    head -n 1 installed/share/zsh/site-functions/_parbench | grep -qx '#compdef parbench'
}

@test "of a folder that a document links to, documents and data are installed, and nothing else" {
    local file
    mkdir -p tree/results/reference/{figures/narrow,logs}
    cp -r "$BATS_TEST_DIRNAME/../../cmake" tree
    echo '[one](reference/) [that is not there](other/)' >tree/results/README.md
    # The second line is what git ignores of a run, or what an editor leaves.
    for file in manifest.json samples.jsonl summary.csv figures/a.tsv \
        report.html fom.txt figures/{a.svg,a.png} logs/a.log summary.csv~ .manifest.json.swp; do
        echo "$file" >"tree/results/reference/$file"
    done
    cmake -S "$BATS_TEST_DIRNAME/documents" -B build -DTREE="$PWD/tree" >/dev/null
    cmake --install build --prefix "$PWD/installed" >/dev/null
    [ "$(cd installed/share/doc/documents/results && find . | sort | xargs)" = \
        ". ./README.md ./reference ./reference/figures ./reference/figures/a.tsv \
./reference/manifest.json ./reference/samples.jsonl ./reference/summary.csv" ]
}

# What the documents below the folder link to, a line each: the document, and the link.
links() # FOLDER
{
    grep -rHoP --include='*.md' '(\]\(|(src|href|srcset)=")\K[^)"# ]+' "$1" | grep -Ev ':(https?|mailto):'
}

@test "no link of the installed documents leads nowhere" {
    install_build
    local document link count=0
    while IFS=: read -r document link; do
        [[ -e ${document%/*}/$link ]] || { echo "$document: $link"; false; }
        ((count += 1))
    done < <(links installed/share/doc/parbench)
    [ "$count" -gt 0 ]
}
