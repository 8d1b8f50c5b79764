#!/usr/bin/env bats
#
# overhead and shapes: that each row of their tables can be measured. What the figures are tests do
# not tell.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper

# Runs the program that lies beside the front door.
overhead() # ARGUMENT…
{
    run --separate-stderr "$(dirname "$PARBENCH")/overhead" "$@"
}

readonly row='^.{28} (<=|>=|~) ?[0-9.]+ +-?[0-9.]+ \[ +-, +-\] +-?[0-9.]+ \.\. *-?[0-9.]+ +1$'

@test "overhead has a row for each figure, and all of them fit their columns" {
    ! without_openmp || skip "it uses OpenMP"
    overhead --try
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    local model
    for model in threads mpi mpi-p2p mpi-rma mpi-pool gil pool futures queue manager tasks; do
        [[ $output =~ $'\n'"$model: " ]]
        built "$model" || [[ $output == *"$model: left out, the model was not built"* ]]
    done
    local rows
    rows=$(sed -n '/^what  /,/^$/p' <<<"$output" |
        grep -v -e "^what  " -e "^  " -e "^$" -e "left out" -e "no figure")
    never() { ! grep -Evq "$1" <<<"$rows"; }
    never "$row"
    [ "$(sort <<<"$rows" | uniq -d -w 28)" = "" ]
    [ "$(grep -c ': factorial / mpi' <<<"$rows")" -eq "$(built mpi && echo 2 || echo 0)" ]
    [ "$(awk 'length > 80' <<<"$rows")" = "" ]
}

@test "overhead measures the models that it is told, and knows no others" {
    overhead --try pool
    [ "$status" -eq 0 ]
    [[ $output == *$'\n'"pool: "* && $output != *$'\n'"gil: "* ]]
    overhead pol
    [ "$status" -eq 2 ]
    [[ $stderr == *"pool"* ]]
}

@test "overhead refuses hosts that are none, and nodes that differ" {
    overhead --try --hosts a:b pool
    [ "$status" -eq 2 ]
    [[ $stderr == *--hosts* ]]
    overhead --try --hosts localhost:1,n2:2 pool
    [ "$status" -eq 2 ]
    [[ $stderr == *'nodes differ'* ]]
}

@test "overhead names the nodes of a job where they differ, and has no rows over them" {
    built mpi || skip 'mpi is not built'
    local host
    host=$(hostname)
    export LSB_JOBID=7 LSB_MCPU_HOSTS="$host 1 n2 2"
    overhead --try mpi
    [ "$status" -eq 0 ]
    says "^nodes     2 that differ, so that rows over nodes are left out: $host:1 n2:2\$"
    says '^mpi: '
    never_says '^mpi, nodes: '
}

# Runs the one that lies there, too.
shapes() # ARGUMENT…
{
    run --separate-stderr "$(dirname "$PARBENCH")/shapes" "$@"
}

@test "each shape can be measured, and all of them fit their columns" {
    ! without_openmp || skip "it uses OpenMP"
    shapes --try
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    fits "$output"
    local rows ratio='( *[0-9]+[.][0-9]{2}|[0-9]e[+][0-9]{2})'
    rows=$(sed '1,/^time of one/d' <<<"$output")
    [ "$(wc -l <<<"$rows")" -ge 6 ]
    run ! grep -Ev "^.{40} (.{12} $ratio \\[ +-, +-\\]  (yes|no)|left out, .*)\$" <<<"$rows"
    run ! grep -q 'left out' <<<"$rows"
}

@test "shapes measures the rows that mention a word, and knows no others" {
    shapes --try factorial
    [ "$status" -eq 0 ]
    says '^gil: 2 factorials'
    never_says '^primes'
    shapes no-such-word
    [ "$status" -eq 2 ]
    [[ -z $output && $stderr == *'no row mentions "no-such-word"' ]]
}
