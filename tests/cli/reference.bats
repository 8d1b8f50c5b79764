# The run that is kept in the tree, made anew from its samples. See helper.bash.

load helper

@test "the reference run is as a report makes it now" {
    local kept=$BATS_TEST_DIRNAME/../../results/reference
    mkdir run
    cp "$kept"/{manifest.json,samples.jsonl} run
    "$PARBENCH" report run >text
    # How a picture is drawn is gnuplot's; its numbers are not.
    diff <(cd "$kept/figures" && find . | sort) <(cd run/figures && find . | sort)
    (cd run && for file in *.csv figures/*.tsv; do cmp "$kept/$file" "$file" || exit 1; done)
}
