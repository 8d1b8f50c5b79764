# The run that is kept in the tree, made anew from its samples. See helper.bash.

load helper

# What the documents show of the run is what the report in text and run/ has: the picture, which after
# a change that is meant is figures/gil.svg, and each line of what is printed.
documents_show_it()
{
    local top=$BATS_TEST_DIRNAME/../..
    sed -n '/^vm: /,/^VALIDATION/p' "$top/README.md" | grep -v '^…$' >quoted
    grep -h '^FOM kernel=' "$top"/docs/*.md >>quoted
    if grep -vxFf text quoted; then
        echo "the documents have it otherwise" && return 1
    fi
    if [[ $(gnuplot --version) == "gnuplot 5.4 patchlevel 4" ]]; then
        cmp run/figures/gil.svg "$top/docs/gil.svg"
    fi
}

@test "the reference run is as a report makes it now, which leaves its tree as it is" {
    local kept file tracked new
    kept=$(realpath "$BATS_TEST_DIRNAME/../../results/reference")
    mkdir run
    cp "$kept"/{manifest.json,samples.jsonl} run
    "$PARBENCH" report run >text
    # How a picture is drawn is gnuplot's; its numbers are not.
    (cd run && for file in *.csv figures/*.tsv; do cmp "$kept/$file" "$file" || exit 1; done)
    documents_show_it
    tracked=$(git -C "$kept" ls-files 2>/dev/null) && [[ -n $tracked ]] || skip "no git tree"
    while IFS= read -r file; do cmp "$kept/$file" "run/$file"; done <<<"$tracked"
    while IFS= read -r new; do
        grep -qxF "$new" <<<"$tracked" || git -C "$kept" check-ignore -q --no-index "$new" || {
            echo "new to git: $new" && return 1
        }
    done < <(cd run && find . -type f -printf '%P\n')
}
