#!/usr/bin/env bats
#
# shellcheck disable=SC2154 # stderr is of bats
#
# parbench simulate: refusals, and with SimGrid real simulations of a run that never took place.

load helper
load made_up_runs

# A run with serial and two ranks on two nodes, a rank on each, in rounds of one sample.
make_nodes_run() # FOLDER ROUNDS [KERNEL]
{
    local serial ranks kernel=${3:-pi}
    serial=$(cell "$kernel" serial 1 1000000)
    ranks="\"cell\":\"$kernel/mpi/workers:2/ranks:2/threads:1/nodes:2/n:1000000\",\"kernel\":\"$kernel\","
    ranks+='"model":"mpi","label":"mpi:nodes=2","options":{},"workers":2,"ranks":2,"threads":1,'
    ranks+='"nodes":2,"size":1000000,"oversubscribed":false'
    mkdir -p "$1"
    printf '{"schema":1,"samples_per_launch":1,"machine":{"host":"node1","cores":2,"allowed":2},' \
        >"$1/manifest.json"
    printf '"environment":{},"cells":[{%s,"experiments":["strong"]},{%s,"experiments":["strong"]}]}\n' \
        "$serial" "$ranks" >>"$1/manifest.json"
    local round
    for ((round = 0; round < $2; round++)); do
        printf '{%s,"round":%d,"sample":0,"seconds":%s,"startup_s":0.001,"verified":true,"result":"3.14","counts":{}}\n' \
            "$serial" "$round" 0.02 "$ranks" "$round" 0.0101
    done >"$1/samples.jsonl"
    echo '{"ended":"rounds"}' >>"$1/samples.jsonl"
}

costs=(--latency 10us --bandwidth 6G)

needs_simgrid()
{
    "$PARBENCH" doctor | grep -q '^ok  *simulate ' || skip 'there is no SimGrid, or it was built without'
}

@test "what is asked for wrongly is refused" {
    refuses 'simulate needs the folder of a run' simulate
    refuses 'simulate needs --ranks' simulate run
    refuses '"x"' simulate run --ranks 4,x "${costs[@]}"
    refuses '"0"' simulate run --ranks 0 "${costs[@]}"
    refuses '"9999999999"' simulate run --ranks 9999999999 "${costs[@]}"
    refuses 'latency' simulate run --ranks 4 --latency soon --bandwidth 6G
    refuses 'ppn' simulate run --ranks 4 --ppn 0 "${costs[@]}"
}

@test "without a run, without SimGrid's programs, or with nothing to hold against, why is said" {
    parbench simulate nowhere --ranks 4 "${costs[@]}"
    complained 1 'cannot read nowhere/manifest.json'
    needs_simgrid
    make_run run 2 1
    parbench simulate run --ranks 4 "${costs[@]}"
    [ "$status" -eq 1 ]
    [[ $stderr == *"measure several ranks first, by parbench run nodes --nodes 1,2" ]]
    parbench simulate run --ranks 4 --latency 10us
    [ "$status" -eq 2 ]
    [[ $stderr == *'what messages between nodes take: parbench run nodes measures it as well'* ]]
    parbench simulate run --ranks 4 --kernels primes "${costs[@]}"
    [ "$status" -eq 2 ]
    [[ $stderr == *'the run has no kernel "primes"' ]]
    run --separate-stderr env PATH=/nowhere "$PARBENCH" simulate run --ranks 4 "${costs[@]}"
    [ "$status" -eq 1 ]
    [[ $stderr == *'nothing can be simulated: smpirun is not in PATH: install SimGrid'* ]]
    [ ! -e run/simulated ]
}

@test "two and four ranks are simulated, held against what was measured, and never twice" {
    needs_simgrid
    make_nodes_run run 2
    parbench simulate run --ranks 4 "${costs[@]}"
    [ "$status" -eq 0 ]
    says '^SIMULATED pi mpi, 2 ranks on 2 nodes: '
    says '^SIMULATED pi mpi, 4 ranks on 4 nodes: '
    says '^SIMULATED: pi, mpi, size 1 000 000, serial 20.0 ms$'
    # About half of the serial time and a message: as far as it finds that halves are as much work.
    says '^ +2 +2 +1[0-9]\.[0-9] ms .* 10\.1 ms +[+-][0-9.]+ %$'
    says 'predicted within ±[0-9.]+ %'
    fits "$output"
    never_says '^FOM'
    [ "$(wc -l <run/simulated/simulated.jsonl)" -eq 2 ]
    jq -se 'all(.simulated and .serial_s == 0.02 and .latency_s == 1e-5)' run/simulated/simulated.jsonl
    [ -s run/figures/simulated-pi.svg ]
    grep -q 'SIMULATED' run/figures/simulated-pi.svg
    grep -q '<h2>SIMULATED: more ranks than were measured</h2>' run/report.html
    [ -z "$(find . -name 'smpitmp*' -o -name '*.so')" ]

    parbench simulate run --ranks 4,8 "${costs[@]}" --no-figures
    [ "$status" -eq 0 ]
    [ "$(grep -c '^SIMULATED pi' <<<"$output")" -eq 1 ]
    parbench report run --no-figures
    grep -q '<h2>SIMULATED: more' run/report.html
    never_says 'SIMULATED'
}

@test "many ranks are simulated, and what all of them send back is whole" {
    needs_simgrid
    make_nodes_run run 2
    parbench simulate run --ranks 1024 "${costs[@]}" --no-figures
    says '^SIMULATED pi mpi, 1024 ranks on 1024 nodes: '
    make_nodes_run map 2 squares
    parbench simulate map --ranks 600 "${costs[@]}" --no-figures
    says '^SIMULATED squares mpi, 600 ranks on 600 nodes: '
}

@test "ranks that share a node need the costs within it" {
    needs_simgrid
    make_nodes_run run 2
    parbench simulate run --ranks 4 --ppn 2 "${costs[@]}" --no-figures
    [ "$status" -eq 0 ]
    [[ $stderr == *'--node-latency and --node-bandwidth tell'* ]]
    never_says '4 ranks'
    parbench simulate run --ranks 4 --ppn 2 "${costs[@]}" --node-latency 1us --node-bandwidth 8G \
        --no-figures
    says '^SIMULATED pi mpi, 4 ranks on 2 nodes: '
}

@test "one that is interrupted keeps what it has, and goes on" {
    needs_simgrid
    make_nodes_run run 2
    "$PARBENCH" simulate run --ranks 4,100000 "${costs[@]}" --no-figures >out 2>err &
    local process=$!
    for ((i = 0; i < 600; i++)); do
        ! grep -q '4 ranks on 4' out || break
        sleep 0.1
    done
    kill -TERM "$process"
    status=0
    wait "$process" || status=$?
    [ "$status" -eq 143 ]
    grep -q '1 point is not simulated yet: the same command goes on' err
    [ "$(wc -l <run/simulated/simulated.jsonl)" -eq 2 ]
    [ -z "$(find . -name 'smpitmp*' -o -name '*.so')" ]
}

@test "what a smpirun that was killed leaves is removed, whatever the folder is called" {
    needs_simgrid
    make_nodes_run 'run[1]' 2
    mkdir bin
    # shellcheck disable=SC2016 # what is printed is a script
    printf '%s\n' '#!/bin/sh' '[ "$1" != --version ] || exec echo smpirun 3' \
        'echo left >smpitmp-1; echo left >a.so; kill -KILL $$' >bin/smpirun
    chmod +x bin/smpirun
    PATH=$PWD/bin:$PATH parbench simulate 'run[1]' --ranks 4 "${costs[@]}" --no-figures
    [ "$status" -eq 1 ]
    [[ $stderr == *'pi mpi with 4 ranks was not simulated: smpirun was killed by signal 9 ('* ]]
    [ -s 'run[1]/simulated/platform.xml' ]
    [ -z "$(find . -name 'smpitmp*' -o -name '*.so')" ]
}

@test "rubbish among what was simulated is left out" {
    needs_simgrid
    make_nodes_run run 2
    mkdir run/simulated
    printf '{"simulated":true}\n[]\n\0\nx' >run/simulated/simulated.jsonl
    parbench report run --no-figures
    [ "$status" -eq 0 ]
    run ! grep -q '<h2>SIMULATED' run/report.html
}
