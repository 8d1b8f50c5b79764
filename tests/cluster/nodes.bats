#!/usr/bin/env bats
#
# The cluster itself: what its nodes are to each other, and that nothing is left of them.
#
# shellcheck disable=SC2016,SC2154 # others expand what is in a text; variables of bats and helpers

load ../cli/processes
load helper

setup()
{
    needs_cluster
    mkdir "$BATS_TEST_TMPDIR/work"
    cd "$BATS_TEST_TMPDIR/work" || return 1
    ip -brief link >"$BATS_TEST_TMPDIR/links"
}

# No process, and so no namespace, no mount, no folder and no link.
nothing_is_left()
{
    [ ! -e "$folder" ]
    none_left || { ps -fp "$(marked | paste -sd,)" && false; }
    ! grep "$folder" /proc/self/mountinfo
    ip -brief link | diff "$BATS_TEST_TMPDIR/links" -
}

# What ends all of a cluster.
first_of_head()
{
    local process
    for process in $(marked); do
        if grep -Eqz '^be_head$' "/proc/$process/cmdline"; then echo "$process"; fi
    done | xargs -I {} grep -l '^NSpid:.*[^0-9]1$' /proc/{}/status | cut -d/ -f3
}

# A program that stands in for the machine's while a cluster starts, also for its nodes.
stub() # NAME: the commands on standard input
{
    mkdir -p bin
    { echo '#!/bin/sh' && cat; } >"bin/$1"
    chmod +x "bin/$1"
}

uptime_of() # NODE
{
    cluster in "$1" cut -d. -f1 /proc/uptime
}

@test "nodes have names, addresses, cores, processes, clocks and storage of their own" {
    local node here
    here=$(cut -d. -f1 /proc/uptime)
    cluster start 2
    run cluster status
    says '^head 10\.77\.0\.254 '
    says '^n1 +10\.77\.0\.1 +cores [0-9,]+$'
    says '^n2 +10\.77\.0\.2 +cores [0-9,]+$'
    [ "${#lines[@]}" -eq 3 ]
    if (($(nproc) > 1)); then
        [ "$(cluster in n1 taskset -cp 1)" != "$(cluster in n2 taskset -cp 1)" ]
    fi
    for node in n1 n2; do
        [ "$(cluster in "$node" hostname)" = "$node" ]
        [ "$(cluster in "$node" pwd)" = "$PWD" ]
        [ "$(cluster in "$node" ps -e -o comm= | paste -sd' ')" = 'bash ps' ]
        [ "$(cluster in "$node" cat /proc/sys/net/ipv4/tcp_congestion_control)" = reno ]
        cluster in "$node" touch "/tmp/of $node" "/dev/shm/of $node" "shared by $node"
    done
    ls 'shared by n1' 'shared by n2'
    run cluster status
    says '^n1 .* /dev/shm/of n1 /tmp/of n1$'
    says '^n2 .* /dev/shm/of n2 /tmp/of n2$'
    [ ! -e '/tmp/of n1' ] && [ ! -e '/dev/shm/of n2' ]
    # Four hours for each node, but for what it takes to ask.
    (($(uptime_of n1) - here - 14400 < 60 && $(uptime_of n2) - here - 28800 < 60))
    (($(uptime_of n1) - here >= 14400 && $(uptime_of n2) - here >= 28800))
    cluster stop
    nothing_is_left
}

@test "nodes reach each other over TCP, until a link is taken down" {
    cluster start 2
    cluster in n2 perl -MIO::Socket::INET -e '
        $server = IO::Socket::INET->new(LocalPort => 4711, Listen => 5, ReuseAddr => 1) or die;
        open(READY, ">ready"); close(READY);
        while ($client = $server->accept()) {
            print $client "n2 hears ", $client->peerhost(), "\n";
            close($client);
        }' 3>&- &
    await test -e ready
    ask='exec 3<>/dev/tcp/n2/4711 && cat <&3'
    [ "$(cluster in n1 bash -c "$ask")" = 'n2 hears 10.77.0.1' ]
    [ "$(cluster in head bash -c "$ask")" = 'n2 hears 10.77.0.254' ]
    cluster in n2 ip link set eth0 down
    run ! cluster in n1 timeout 1 bash -c "$ask"
    cluster in n2 ip link set eth0 up
    [ "$(cluster in n1 bash -c "$ask")" = 'n2 hears 10.77.0.1' ]
    cluster stop
    wait
    nothing_is_left
}

@test "a command's status is that of the cluster's, and nobody's where there is no such node" {
    run cluster status
    [ "$status" -eq 1 ]
    [ "$output" = 'cluster: there is none' ]
    cluster start 1
    run cluster in n1 sh -c 'exit 42'
    [ "$status" -eq 42 ]
    run cluster in head sh -c 'kill -KILL $$'
    [ "$status" -eq 137 ]
    run cluster in n2 true
    [ "$status" -eq 1 ]
    says '^cluster: there is no n2 here: '
}

@test "four nodes share the cores, or have as many as is said" {
    cluster start 4
    [ "$(cluster status | grep -c '^n[1-4] ')" -eq 4 ]
    cluster stop
    CLUSTER_CORES=$(nproc) cluster start 2
    [ "$(cluster in n1 nproc) $(cluster in n2 nproc)" = "$(nproc) $(nproc)" ]
}

@test "Slurm runs jobs on its nodes, and ends with them" {
    needs_cluster slurm
    cluster start 2 slurm
    run cluster status
    says '^head .* munged slurmctld slurmscriptd$'
    says '^n1 .* slurmd$'
    says '^n2 .* slurmd$'
    run cluster in head srun -N 2 hostname
    [ "$(sort <<<"$output" | paste -sd' ')" = 'n1 n2' ]
    cluster stop
    nothing_is_left
}

@test "a second one is refused, and so is a folder that is not its own" {
    cluster start 1
    run cluster start 1
    [ "$status" -eq 1 ]
    [ "${#lines[@]}" -eq 1 ]
    says '^cluster: there is one already: .* stop ends it$'
    [ "$(cluster in n1 hostname)" = n1 ]

    mkdir other
    touch other/file
    for verb in 'start 1' stop; do
        # shellcheck disable=SC2086 # words
        CLUSTER=$PWD/other run "$BATS_TEST_DIRNAME/cluster" $verb
        [ "$status" -eq 1 ]
        says '/other is in use for something else'
    done
    [ -e other/file ]
    run cluster start many
    [ "$status" -eq 2 ]
}

@test "a start that fails says why, and leaves nothing" {
    stub ip <<<"[ \"\$2 \$5\" != 'add eth0' ] || { echo 'no such wire'; exit 1; }
        exec $(command -v ip) \"\$@\""
    PATH=$PWD/bin:$PATH run cluster start 2
    [ "$status" -eq 1 ]
    says '^no such wire$'
    [ "${lines[-1]}" = 'cluster: it did not come up' ]
    nothing_is_left
}

@test "a start that was killed in the middle leaves nothing that stop does not find" {
    stub taskset <<<"touch '$PWD/middle'; exec sleep 1000"
    PATH=$PWD/bin:$PATH cluster start 2 3>&- &
    await test -e middle
    kill -KILL $!
    wait $! || true
    run ! none_left
    cluster stop
    nothing_is_left
}

@test "what a dead cluster left is nobody's: the next one takes its place" {
    cluster start 1
    kill -KILL "$(first_of_head)"
    await none_left
    [ -e "$folder" ]
    run cluster status
    [ "$status" -eq 1 ]
    [ "$output" = 'cluster: there is none' ]
    cluster start 1
    [ "$(cluster in n1 hostname)" = n1 ]
    cluster stop
    nothing_is_left
}
