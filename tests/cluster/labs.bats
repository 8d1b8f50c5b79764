#!/usr/bin/env bats
#
# What the labs tell students to type on a cluster: the fences `sh cluster` of labs/*.md, line by
# line, on two nodes with Slurm, with little work.
#
# shellcheck disable=SC2154 # variables of bats

load ../cli/processes
load helper

setup()
{
    ranks_are_measured
    needs_cluster slurm
    ln -s "$BUILD" build
    cluster start 2 slurm
}

# Its commands for a cluster, where lines that go on are one.
commands() # LAB
{
    # shellcheck disable=SC2016 # they are Markdown's
    sed -n '/^```sh cluster$/,/^```$/ { /^```/! p }' "$1" | sed ':next; /\\$/ { N; s/ *\\\n */ /; b next }'
}

# The same with little work.
quickly()
{
    sed '/parbench script /s/ -- [a-z]*/& --profile smoke --rounds 1 --no-figures --size 1e4/'
}

@test "each lab's commands for a cluster are right, in their order, and measure what it asks for" {
    local lab line cell count=0
    for lab in "$BATS_TEST_DIRNAME"/../../labs/[0-9]*.md; do
        while IFS= read -r line; do
            echo "${lab##*/}: $line"
            cluster in head bash -o pipefail -ec "$line" <&- >said 2>&1 || {
                cat said ./*.out && return 1
            }
            [[ $line != *' report '* ]] || grep -q '^VALIDATION: PASS$' said
            ((count += 1))
        done < <(commands "$lab" | quickly)
    done
    [ "$count" -ge 6 ]
    # Those of lab 8: ranks are on both nodes.
    grep -q '^mpi:nodes=2  *n1  *0 ' where.txt
    grep -q '^mpi:nodes=2  *n2  *1 ' where.txt
    for cell in pi,threads,1,1,1,1 pi,mpi:nodes=2,2,2,1,2 squares,hybrid:nodes=2,2,2,1,2 \
        copy,mpi:nodes=2,2,2,1,2; do
        grep -q "^$cell," results/lab8/nodes/summary.csv || { echo "no $cell" && false; }
    done
}
