#!/usr/bin/env bats
#
# Lab 9 as a student types it, in a copy of the source tree: each line of its fences is a command,
# which is run; or an edit, which is made; or what the command before it says. Runs are at smoke
# size. The errors of step 6, and what is said of these, are in templates.bats.

bats_require_minimum_version 1.5.0

readonly top=$BATS_TEST_DIRNAME/../..
readonly lab=$top/labs/9-your-own.md

# Of fences without a word, or with `sh`. What goes on in the next line is one.
lines()
{
    awk '!/^```/ { if (inside && takes) print; next }
        { inside = !inside; takes = $0 == "```" || $0 == "```sh" }' "$lab" |
        sed -e ':more' -e '/\\$/N; s/\\\n *//; t more'
}

types() # COMMAND [STATUS]
{
    local status=0 line=$1
    [[ $line != *' run '* ]] || line+=' --profile smoke --rounds 1 --workers 1,2 --oversubscribe'
    echo "\$ $line"
    bash -c "$line" </dev/null >said 2>&1 || status=$?
    [ "$status" -eq "${2:-0}" ] || { cat said && return 1; }
}

# Step 5's edits before the make of that number: all but expected() before the second, and all
# before the third. The solution has them, and what step 8 adds.
writes_dot() # MAKE
{
    [ "$1" -gt 1 ] || return 0
    grep -vE '^KERNEL_CLONES|^#pragma omp' labs/teacher/dot.c >kernels/dot.c
    [ "$1" -eq 2 ] || return 0
    sed -i -e 's/half = size .*, sum/sum/' -e 's/ + half .*/;/' kernels/dot.c
    grep -Fx "$(grep 'uint64_t sum =' labs/templates/dot.c)" kernels/dot.c
}

@test "lab 9 goes from its first command to its last as it stands" {
    local all line status makes=0
    unset MAKEFLAGS MAKELEVEL BUILD JOBS ARGS CMAKE_ARGS
    mkdir "$BATS_TEST_TMPDIR/tree"
    cd "$BATS_TEST_TMPDIR/tree"
    tar -C "$top" --exclude='./build*' --exclude='./results/*/*' --exclude=./.git -cf - . | tar xf -
    mapfile -t all < <(lines)
    for i in "${!all[@]}"; do
        line=${all[i]} status=0
        [[ ${all[i + 1]-} != FAILED:* ]] || status=1
        case $line in
            make)
                writes_dot $((makes += 1))
                types make
                ;;
            'parbench_model('*) sed -i "/^parbench_model(threads /a $line" CMakeLists.txt ;;
            KERNEL_CLONES) sed -i "/^static void compute/i $line" kernels/dot.c ;;
            '#pragma '*)
                sed -i "/^    for (/i $line" kernels/dot.c
                types make
                ;;
            'ctest '*)
                types "$line"
                grep '^100% tests passed' said
                ;;
            FAILED:*) grep -F "$line" said ;;
            failed:* | ' '*) ;; # with the error of the rest in place
            *) types "$line" "$status" ;;
        esac
    done
    cmp kernels/dot.c labs/teacher/dot.c
    [ "$makes" -eq 3 ]
    for line in own small faster; do
        grep '^dot,by-hand,2,' "results/lab9/$line/summary.csv"
    done
    sed -n 's/^<!-- predict \([^:]*\):.*/\1: 1/p; s/^<!-- check \(.*\)/\1: a/p' "$lab" >answers
    types 'build/parbench lab 9 --answers answers --profile smoke --json >record'
    jq -e --argjson questions "$(grep -c . answers)" \
        '.finished and (.answers | length) == $questions' record
}
