#!/usr/bin/env bats
#
# Experiments on threads with a lock, on waiting and on whole tasks: which cells they have, and what
# is told of them. Nothing is decided by a time.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper

readonly few=(--profile smoke --rounds 1 --seed 1 --out run)

# What a column of summary.csv says of all cells, in their order, those under serial left out.
cells() # FIELD…
{
    sed 1d run/summary.csv | grep -v ',serial,' | cut -d, -f "$1" | paste -sd' '
}

@test "the lock's interval, a series for each number of threads" {
    parbench run gil-interval --workers 1,2 --oversubscribe --size 1e7 "${few[@]}"
    ended_with 0 PASS
    [ "$(cells 2 | tr ' ' '\n' | sort | uniq -c | awk '{ print $1 }' | sort -u)" = 2 ]
    [ "$(cells 2 | tr ' ' '\n' | grep -c '^gil:interval=')" -eq 12 ]
    [ "$(cells 2 | tr ' ' '\n' | grep -c '^gil$')" -eq 2 ]
    [ "$(cells 1 | tr ' ' '\n' | sort -u)" = pi ]
    says '^pi, the lock.s interval: size 10 000 000$'
    says 'hand-overs'
    says 'Each costs: the time beyond serial.s'
    grep -q '>interval</text>' run/figures/gil-interval-pi-*.svg
    # One thread hands its lock to nobody, and what models count is in every sample's line.
    [ "$(jq -s '[.[] | select(.workers == 1 and .counts."gil::handoffs" != null) |
        .counts."gil::handoffs"] | (length > 0) and (add == 0)' run/samples.jsonl)" = true ]
}

@test "an execution lasts for the longest interval in every profile" {
    run --separate-stderr "$PARBENCH" run gil-interval --workers 1 --profile smoke --rounds 1 \
        --no-figures --out run
    ended_with 0 PASS
    [ "$(jq -r '[.cells[].size] | unique | join(" ")' run/manifest.json)" = 500000000 ]
}

@test "both locks, the older one with several numbers of ticks" {
    parbench run gil-kind --workers 2 --oversubscribe --size 1e7 "${few[@]}" --no-figures
    ended_with 0 PASS
    [ "$(cells 2)" = "gil gil:kind=ticks:every=1 gil:kind=ticks:every=10 gil:kind=ticks \
gil:kind=ticks:every=1000" ]
    says 'in vain'
}

@test "work without the lock, of a kernel that computes and of one that waits" {
    parbench run gil-release --workers 2 --oversubscribe --size pi=1e7,wait=4 "${few[@]}"
    ended_with 0 PASS
    [ "$(cells 1,2 | tr ' ' '\n' | grep -c '^pi,gil')" -eq 11 ]
    [ "$(cells 1,2 | tr ' ' '\n' | grep -c '^wait,gil')" -eq 11 ]
    says 'bound'
    grep -q '>release</text>' run/figures/gil-release-wait-*.svg
    grep -q 'Amdahl, 1/((1-f)+f/p)' run/figures/gil-release-wait-*.svg
}

@test "threads that wait, more of them than cores on purpose" {
    built futures || skip "futures is not built"
    parbench run wait --size 6 "${few[@]}" --no-figures
    ended_with 0 PASS
    [ "$(cells 3 | tr ' ' '\n' | sort -un | paste -sd' ')" = '1 8' ]
    [ "$(cells 2 | tr ' ' '\n' | sort -u | paste -sd' ')" = "futures:workers=gil:chunk=1 \
futures:workers=gil:order=completed:chunk=1 gil gil:release=1" ]
    says 'overtaken'
}

@test "whole tasks, and each of them by itself" {
    parbench run tasks --models serial,gil,pool --workers 1,2 --oversubscribe "${few[@]}"
    ended_with 0 PASS
    [ "$(jq -r '.cells[] | select(.tasks) | .kernel + " " + .tasks' run/manifest.json |
        sort -u)" = $'factorial 100000+100000\nprimes 100000+200000+300000' ]
    [ "$(jq -r '.cells[] | select(.tasks == null) | "\(.kernel) \(.label) \(.size)"' \
        run/manifest.json)" = $'factorial serial 100000\nprimes serial 100000
primes serial 200000\nprimes serial 300000' ]
    says '^serial \(300 000\)'
    says 'any order'
    grep -q 'in the order given' run/figures/tasks-primes-*.svg
    # As they were measured they can be gone on with, and told again.
    parbench run --resume run --rounds 2 --no-figures
    ended_with 0 PASS
    says '^primes, whole tasks: 3 tasks$'
}
