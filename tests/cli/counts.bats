#!/usr/bin/env bats
#
# What models count in an execution, by a formula of how many chunks C and workers P there are. An
# item of squares has 8 bytes, in and out, and a partial 16.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper

# Kernel, model, size, workers, and what is counted: a number, or from one number to another.
rows()
{
    cat <<'ROWS'
pi pool:chunk=7 100 2 pool::chunks=C pool::sent=0 pool::received=0 pool::forks=0 pool::replaced=0
pi pool:dispatch=imap-unordered:chunk=7 100 2 pool::chunks=C pool::sent=0 pool::received=C
pi pool:dispatch=async 100 3 pool::chunks=P
pi pool:dispatch=apply:chunk=7 100 3 pool::chunks=C
pi pool:reuse=no:chunk=7 100 3 pool::forks=P pool::replaced=0
pi pool:tasks-per-child=1:chunk=7 100 2 pool::replaced=C
squares pool:transport=pipe:chunk=7 100 2 pool::chunks=C pool::sent=C pool::received=C
squares pool:dispatch=imap-unordered:transport=pipe:chunk=7 100 2 pool::sent=C pool::received=C
pi pool:dispatch=auto 100000 2 pool::batches=P..100000
squares queue:chunk=7 100 2 queue::forks=C queue::frames=C
squares queue:channel=pair:chunk=7 100 2 queue::forks=C queue::frames=C
squares queue:join=each:chunk=7 100 2 queue::forks=C queue::frames=C
squares manager:chunk=7 100 2 manager::requests=2*C+P..3*C+P+4
primes futures:chunk=7 100 2 futures::submitted=C futures::completed=C futures::cancelled=0
primes futures:workers=gil:chunk=7 100 2 futures::submitted=C futures::completed=C
primes futures:workers=processes:chunk=7 100 2 futures::submitted=C futures::completed=C
primes futures:order=map:chunk=7 100 2 futures::waits=C futures::overtaken=0
primes futures:wait=all:chunk=7 100 2 futures::waits=1
primes futures:wait=first:chunk=7 100 2 futures::waits=1..C
primes tasks:chunk=7 100 2 tasks::leaves=C tasks::combines=C-1
primes shared:chunk=7 100 2 shared::updates=C shared::lost=0
primes shared:workers=processes:chunk=7 100 2 shared::updates=C shared::lost=0
primes shared:guard=none:chunk=7 100 1 shared::updates=C shared::lost=0
squares mpi 1000 4 mpi::messages=3*(P-1) mpi::bytes=(2*2000+16)*(P-1) mpi::copied=0
squares mpi:transport=object 1000 4 mpi::messages=5*(P-1) mpi::bytes=(2*2000+16)*(P-1)
squares mpi:transport=object 1000 4 mpi::copied=2*(2*2000+16)*(P-1)
squares mpi:inputs=scatter-equal 1000 4 mpi::messages=3*(P-1) mpi::bytes=(2*2000+16)*(P-1)
squares mpi:inputs=bcast 1000 4 mpi::messages=3*(P-1) mpi::bytes=(8000+2000+16)*(P-1)
squares mpi:transport=object:inputs=bcast 1000 4 mpi::messages=5*(P-1)
squares mpi:transport=object:inputs=bcast 1000 4 mpi::bytes=(8000+2000+16)*(P-1)
squares mpi:transport=object:inputs=bcast 1000 4 mpi::copied=8000*P+2*(2000+16)*(P-1)
squares mpi:combine=gather 1000 4 mpi::messages=3*(P-1) mpi::bytes=(2*2000+16)*(P-1)
squares mpi:transport=object:combine=gather 1000 4 mpi::messages=6*(P-1)
squares mpi:transport=object:combine=gather 1000 4 mpi::copied=2*(2*2000+16)*(P-1)
squares mpi:transport=object 2 4 mpi::messages=(P-1)+1+(P-1)+1+(P-1) mpi::copied=2*(8+8+16*(P-1))
squares mpi:transport=object:inputs=bcast 1000 1 mpi::messages=0 mpi::bytes=0 mpi::copied=0
squares mpi-pool:chunk=7 100 2 mpi::messages=2*C+P pool::chunks=C pool::retried=0
squares mpi-pool:ahead=4:chunk=7 100 3 mpi::messages=2*C+P pool::chunks=C pool::retried=0
squares mpi-pool:assign=direct 100 3 mpi::messages=2*P pool::chunks=P
squares mpi-pool:assign=direct:chunk=7 100 3 mpi::messages=2*P pool::chunks=C
factorial mpi-pool:assign=direct 2 7 mpi::messages=2*P pool::chunks=2
factorial mpi 1000 4 mpi::messages=P-1 mpi::copied=0
factorial mpi:transport=object 1000 4 mpi::messages=P-1 mpi::copied=1..10000
factorial mpi:combine=gather 1000 4 mpi::messages=2*(P-1) mpi::bytes=1..10000
factorial mpi:transport=object:combine=gather 1000 4 mpi::messages=2*(P-1)
squares mpi-p2p 1000 4 mpi::messages=2*(P-1) mpi::bytes=(2*2000+16)*(P-1) p2p::inits=0
squares mpi-p2p:mode=buffered 1000 4 mpi::messages=2*(P-1) mpi::bytes=(2*2000+16)*(P-1)
squares mpi-p2p:mode=synchronous 1000 4 mpi::messages=2*(P-1) mpi::bytes=(2*2000+16)*(P-1)
squares mpi-p2p:mode=ready 1000 4 mpi::messages=2*(P-1) p2p::handshakes=2*(P-1) p2p::starts=0
squares mpi-p2p:call=nonblocking 1000 4 mpi::messages=9*(P-1) mpi::bytes=(2*2000+16)*(P-1)
squares mpi-p2p:call=nonblocking 1000 4 p2p::handshakes=0 p2p::inits=0 p2p::starts=0
squares mpi-p2p:mode=buffered:call=nonblocking 1000 4 mpi::messages=9*(P-1) mpi::bytes=(2*2000+16)*(P-1)
squares mpi-p2p:mode=buffered:call=nonblocking 1000 4 p2p::handshakes=0 p2p::inits=0 p2p::starts=0
squares mpi-p2p:mode=synchronous:call=nonblocking 1000 4 mpi::messages=9*(P-1) mpi::bytes=(2*2000+16)*(P-1)
squares mpi-p2p:mode=synchronous:call=nonblocking 1000 4 p2p::handshakes=0 p2p::inits=0 p2p::starts=0
squares mpi-p2p:mode=ready:call=nonblocking 1000 4 mpi::messages=9*(P-1) mpi::bytes=(2*2000+16)*(P-1)
squares mpi-p2p:mode=ready:call=nonblocking 1000 4 p2p::handshakes=9*(P-1) p2p::inits=0 p2p::starts=0
squares mpi-p2p:call=nonblocking:chunk=7 1000 4 mpi::messages=(2*36+1)*(P-1)
squares mpi-p2p:mode=ready:call=nonblocking:chunk=7 1000 4 p2p::handshakes=(2*36+1)*(P-1)
squares mpi-p2p:call=persistent 1000 4 mpi::messages=3*(P-1) mpi::bytes=(2*2000+16)*(P-1)
squares mpi-p2p:call=persistent 1000 4 p2p::handshakes=0 p2p::starts=3*(P-1)
squares mpi-p2p:mode=buffered:call=persistent 1000 4 mpi::messages=3*(P-1) mpi::bytes=(2*2000+16)*(P-1)
squares mpi-p2p:mode=buffered:call=persistent 1000 4 p2p::handshakes=0 p2p::starts=3*(P-1)
squares mpi-p2p:mode=synchronous:call=persistent 1000 4 mpi::messages=3*(P-1) mpi::bytes=(2*2000+16)*(P-1)
squares mpi-p2p:mode=synchronous:call=persistent 1000 4 p2p::handshakes=0 p2p::starts=3*(P-1)
squares mpi-p2p:mode=ready:call=persistent 1000 4 mpi::messages=3*(P-1) mpi::bytes=(2*2000+16)*(P-1)
squares mpi-p2p:mode=ready:call=persistent 1000 4 p2p::handshakes=3*(P-1) p2p::starts=3*(P-1)
squares mpi-p2p 2 4 mpi::messages=1+(P-1) mpi::bytes=8+8+16*(P-1)
squares mpi-p2p:call=persistent 2 4 mpi::messages=2+(P-1) p2p::starts=2+(P-1)
squares mpi-p2p:mode=ready:call=nonblocking 2 4 mpi::messages=2+(P-1) p2p::handshakes=2+(P-1)
squares mpi-p2p 1000 1 mpi::messages=0 mpi::bytes=0
factorial mpi-p2p:call=nonblocking 1000 4 mpi::messages=P-1 mpi::bytes=1..10000
factorial mpi-p2p:call=persistent 1000 4 mpi::messages=P-1 p2p::starts=P-1
primes mpi-rma:chunk=7 100 2 rma::fetches=C+P mpi::messages=P-1..2*(P-1) mpi::bytes=0..C*16
squares mpi-rma:chunk=7 100 3 rma::fetches=C+P mpi::messages=P-1..2*(P-1)+C
squares mpi-rma:chunk=7 100 1 rma::fetches=C+P mpi::messages=0 mpi::bytes=0
factorial mpi-rma 1000 2 rma::fetches=4*P+P mpi::messages=P-1..2*(P-1)
squares hybrid:ranks=2:chunk=7 100 4 mpi::messages=3 mpi::bytes=50*8*2+16
squares hybrid:ranks=2:schedule=dynamic:chunk=7 100 4 mpi::messages=3 mpi::bytes=50*8*2+16
primes hybrid:ranks=2:schedule=guided:chunk=7 100 4 mpi::messages=1 mpi::bytes=8
squares mpi-shared 100 3 mpi::messages=0 mpi::bytes=0
factorial mpi-shared 1000 2 mpi::messages=0 mpi::bytes=0
pi gil 10000000 1 gil::handoffs=0 gil::forced_handoffs=0
pi gil:kind=ticks 10000000 1 gil::handoffs=0 gil::vain_wakeups=0
ROWS
}

# Each of the samples in $output counted so many an execution.
counted() # NAME LEAST MOST
{
    jq -e --arg name "$1" --argjson least "$2" --argjson most "$3" '.executions as $n | .counts |
        length == 2 and all(.[$name] >= $least * $n and .[$name] <= $most * $n)' <<<"$output" >said
}

@test "what is counted follows from the chunks and the workers" {
    local kernel model size workers expected row chunk C P name measured=0
    while read -r kernel model size workers expected; do
        built "${model%%:*}" || continue
        ! without_openmp || [[ $model != tasks* ]] || continue
        parbench measure "$kernel" "$model" --size "$size" --workers "$workers" --samples 2 \
            --oversubscribe --alone --json
        [ "$status" -eq 0 ] || { show && return 1; }
        chunk=${model##*chunk=}
        [[ $chunk =~ ^[0-9]+$ ]] || chunk=$size
        C=$(((size + chunk - 1) / chunk)) P=$workers
        for row in $expected; do
            name=${row%%=*} row=${row#*=}
            counted "$name" "$((${row%%..*}))" "$((${row##*..}))" || {
                echo "$model: $name is not $row, of $C chunks and $P workers" && show && return 1
            }
        done
        ((measured += 1))
    done < <(rows)
    # Some need what not each build has: OpenMP, MPI.
    [ "$measured" -ge "$(rows | grep -cv ' tasks\| mpi\| hybrid')" ]
}

# How many messages four ranks prepare, and how many they start, in samples of so many executions.
prepared() # MODE EXECUTIONS
{
    local starter words=(-n 4)
    starter=$(rank_starter)
    [[ $starter != mpirun ]] || words=(--allow-run-as-root --oversubscribe -n 4)
    "$starter" "${words[@]}" "${PARBENCH%/*}/parbench-cell-mpi-p2p" squares 1000 4 4 1 3 "$2" \
        call=persistent "mode=$1" --oversubscribe | sed -n 's/^@parbench //p' |
        jq -r 'select(.event == "sample").counts | "\(.["p2p::inits"] | floor) and \(.["p2p::starts"] | floor)"' |
        sort -u
}

@test "what is prepared once does not grow with executions, and what is started does" {
    built mpi-p2p || skip "mpi-p2p is not built"
    local mode executions
    for mode in standard synchronous ready; do
        for executions in 1 5; do
            [ "$(prepared $mode $executions)" = "9 and $((9 * executions))" ]
        done
    done
    # Some libraries have to prepare a message in buffered mode anew: see send_mode_restarts().
    [[ $(prepared buffered 5) =~ ^(9|54)\ and\ 45$ ]]
}
