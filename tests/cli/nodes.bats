#!/usr/bin/env bats
#
# One node against several: which cells are planned, what is refused, and what is drawn of them.
#
# shellcheck disable=SC2154 # variables of bats

load processes
load helper
load made_up_runs

# Sets `plan` to the cells of that size that would be measured, without all that identifies them.
planned() # ARGUMENT…
{
    parbench run "$@" --dry-run --size 1000 --alone
    plan=$(sed -nE 's|^# pi/(.*)/ranks:.*/nodes:([0-9]+)/n:1000$|\1 nodes:\2|p' <<<"$output" |
        paste -sd' ')
}

@test "one node is compared with all that there are, and weak scaling and messages come along" {
    built mpi && [[ $(mpirun --version) == *'Open MPI'* ]] || skip "mpi is not built with Open MPI"
    local two=localhost:1,127.0.0.2:1 three=localhost:1,127.0.0.2:1,127.0.0.3:1
    planned nodes --kernels pi --models mpi,pool --hosts "$two"
    [ "$plan" = 'serial/workers:1 nodes:1 mpi/workers:1 nodes:1 mpi/workers:2 nodes:2 pool/workers:1 nodes:1' ]
    parbench run nodes --kernels pi --models mpi --hosts "$two" --dry-run --size 1000 --alone
    says '^# pi/mpi/workers:2/ranks:2/threads:1/nodes:2/n:2000$'
    says '^# copy/mpi/workers:2/ranks:2/threads:1/nodes:2/n:2$'
    planned nodes --kernels pi --models mpi --hosts "$three"
    [[ $plan == *'mpi/workers:2 nodes:2 mpi/workers:3 nodes:3' ]]
    planned nodes --kernels pi --models mpi --hosts "$three" --profile smoke
    [[ $plan == *'mpi/workers:1 nodes:1 mpi/workers:3 nodes:3' ]]
    planned nodes --kernels pi --models mpi --hosts "$three" --nodes 1,2
    [[ $plan == *'mpi/workers:1 nodes:1 mpi/workers:2 nodes:2' ]]
    # What is measured without a name stays on one.
    planned --kernels pi --models mpi --hosts "$two"
    [ "$plan" = 'serial/workers:1 nodes:1 mpi/workers:1 nodes:1' ]
    refuses 'nodes compares one node with several, and there is one: name them by --hosts' run nodes
    refuses 'nodes compares one node with several: take --nodes 1,2' run nodes --nodes 1 --hosts "$two"
    refuses 'gil takes no part in that experiment' run nodes --models gil,mpi --hosts "$two"
    refuses 'no model here has ranks' run nodes --models pool --hosts "$two"
}

@test "nodes that cannot be taken are refused by their names before any is asked" {
    built mpi && [[ $(mpirun --version) == *'Open MPI'* ]] || skip "mpi is not built with Open MPI"
    refuses 'there is one, with localhost named more than once: name them by --hosts' \
        run nodes --hosts localhost:1,localhost:1
    refuses '2 nodes and there is 1, with localhost named more than once: name more by --hosts' \
        measure pi mpi --nodes 2 --hosts localhost:1,localhost:1
    refuses '127.0.0.2 has 2 slots and localhost 1, with 127.0.0.2 named more than once: ' \
        run nodes --hosts localhost:1,127.0.0.2:1,127.0.0.2:1
    refuses 'each at least 1, .*, not "localhost:1,127.0.0.2:0"' \
        run nodes --hosts localhost:1,127.0.0.2:0
    printf 'localhost slots=1\n127.0.0.2 slots=0\n' >hosts
    parbench run nodes --hostfile hosts
    [ "$status" -eq 1 ]
    [ "$stderr" = 'parbench: --hostfile: line 2 of hosts, "127.0.0.2 slots=0", is no node: a line is "name slots=N", with at least 1' ]
    parbench run nodes --profile smoke --kernels pi --models mpi --size 1000 --alone \
        --hosts localhost:1,no-such-host.invalid:1 --out run
    [ "$status" -eq 1 ]
    [[ ${stderr##*$'\n'} == 'parbench: --hosts: no host is called no-such-host.invalid: '* ]]
    [[ $stderr != *mpirun* && ! -e run ]]
}

@test "one node and several are drawn, and where each number of them is full" {
    make_nodes_run run
    parbench report run --tables
    [ "$status" -eq 0 ]
    says '^n1, n2, n3, n4: 4 nodes x 4 cores, a cpu$'
    says '^mpi:nodes=4 +16 '
    says '^- pi: mpi:nodes=4 with 16 workers is the fastest, '
    local figure
    for figure in nodes{,-pi-speedup,-squares-efficiency} weak-pi-efficiency; do
        grep -q '>1 node</text>' "run/figures/$figure.svg"
        grep -q '>2 nodes</text>' "run/figures/$figure.svg"
        grep -q '>4 nodes</text>' "run/figures/$figure.svg"
        [ -s "run/figures/$figure.png" ] && [ -s "run/figures/$figure.tsv" ]
    done
    # A line for each model and number of nodes, in the colour that the model has on one.
    [ "$(grep -c '^mpi\|^hybrid' run/figures/nodes-pi-speedup.tsv)" -eq 6 ]
    grep -q '<h2>One node and several</h2>' run/report.html
    grep -q 'alt="Speedup over serial of pi against workers, a line per model. With 16: mpi:nodes=4 8.99, ' \
        run/report.html
    # A run on one node has no such marks.
    make_run one 6 1
    parbench report one
    ! grep -rq '[0-9] nodes\?</text>' one/figures || false
}
