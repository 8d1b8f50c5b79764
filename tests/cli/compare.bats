#!/usr/bin/env bats
#
# compare: made-up runs against each other.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper
load made_up_runs

@test "compare finds a cell that takes 5 % longer" {
    make_run base 9 1
    make_run new 9 1.05
    parbench compare base new
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    says '^serial +1 +20.1 ms +20.1 ms +1\.000 \[0\.99[0-9], 1\.00[0-9]\]  same \+-0\.[1-9] %$'
    says '^threads +2 +10.0 ms +10.5 ms +1\.050 \[1\.04[0-9], 1\.05[0-9]\]  slower$'
    never_says 'differ, too'
    [ "${lines[-1]}" = '1 same, 0 faster, 1 slower, 0 undecided' ]
    parbench compare new base
    says '^threads .*  faster$'
    [ "${lines[-1]}" = '1 same, 1 faster, 0 slower, 0 undecided' ]
    awk 'length > 80 { exit 1 }' <<<"$output"
}

@test "compare of a run with itself finds nothing" {
    make_run base 9 1
    parbench compare base base --fail-on slower
    [ "$status" -eq 0 ]
    [ "${lines[-1]}" = '2 same, 0 faster, 0 slower, 0 undecided' ]
}

@test "compare fails on a slower cell when it is to, by as much as it is to" {
    make_run base 9 1
    make_run new 9 1.05
    local limit
    for limit in slower slower:4% slower:4; do
        parbench compare base new --fail-on "$limit"
        [ "$status" -eq 1 ]
        [ "${lines[-1]}" = '1 same, 0 faster, 1 slower, 0 undecided' ]
        [[ $stderr == 'parbench: 1 cell is slower, by '* ]]
    done
    parbench compare base new --fail-on slower:6%
    [ "$status" -eq 0 ]
    parbench compare new base --fail-on slower
    [ "$status" -eq 0 ]
    parbench compare base new --change 10% --fail-on slower
    [ "$status" -eq 0 ]
    [ "${lines[-1]}" = '2 same, 0 faster, 0 slower, 0 undecided' ]
}

@test "compare decides nothing with fewer than six rounds, and says so" {
    make_run base 9 1
    make_run new 5 2
    parbench compare base new --fail-on slower
    [ "$status" -eq 0 ]
    says '^threads +2 .* 1\.999  undecided: rounds$'
    says '^Undecided, rounds: 2 with fewer than 6'
    [ "${lines[-1]}" = '0 same, 0 faster, 0 slower, 2 undecided' ]
}

@test "compare names another machine before any number" {
    make_run base 9 1 node1
    make_run new 9 1 node2
    sed -i 's/-O3/-O0/; s/"allowed":2/"allowed":4/; s/quick/full/' new/manifest.json
    parbench compare base new
    [ "$status" -eq 0 ]
    local what
    for what in host 'allowed workers' flags profile; do says "^$what\$"; done
    says '^  base  node1$'
    says '^  new   node2$'
    [ "$(grep -n '^host$' <<<"$output" | cut -d: -f1)" -lt \
        "$(grep -n '^serial ' <<<"$output" | cut -d: -f1)" ]
    never_says '^cpu$'
}

@test "compare names sizes and machines also when no cell is in both, and then fails" {
    make_run base 9 1
    make_run new 9 1 node2 2000000
    parbench compare base new
    [ "$status" -eq 1 ]
    [[ $stderr == 'parbench: base and new have no cell in common'* ]]
    says '^      node2: 2 cores, a cpu$'
    says '^  new   node2$'
    says '^size of pi$'
    says '^  new   2000000$'
    says '^Only in base \(2\):$'
    never_says 'new/base'
    parbench compare base new base --json
    [ "$status" -eq 1 ]
    is_json <<<"$output"
    says '"what": "size of pi"'
    says '"same": 2'
    [[ $stderr == 'parbench: base and new have no cell in common'* ]]
    sed -i 's/2000000/1000000/g' new/samples.jsonl
    sed -i '0,/2000000/s//1000000/; 0,/2000000/s//1000000/' new/manifest.json
    parbench compare base new
    [ "$status" -eq 0 ]
    says '^size of pi$'
    says '^  new   1000000, 2000000$'
    says '^Only in base \(1\):$'
    says '^  pi/threads/workers:2/ranks:1/threads:2/nodes:1/n:1000000$'
    says '^Only in new \(1\):$'
    [ "${lines[-1]}" = '1 same, 0 faster, 0 slower, 0 undecided' ]
}

@test "compare names cells that failed or did not verify" {
    make_run base 9 1
    make_run new 9 1
    sed -i '5s/"verified":true/"verified":false/' base/samples.jsonl
    sed -i '$d' new/samples.jsonl
    printf '{%s,"round":9,"failed":"killed by signal 9"}\n{"ended":"rounds"}\n' \
        "$(cell pi threads 2 "$size")" >>new/samples.jsonl
    parbench compare base new
    [ "$status" -eq 0 ]
    says 'Not compared, since it failed or did not verify \(2\)'
    says '^    base: a result is wrong$'
    says '^    new: killed by signal 9$'
    [ "${lines[-1]}" = '0 same, 0 faster, 0 slower, 0 undecided' ]
    parbench report base --no-figures
    says '^serial .* FAILED: a result is wrong$'
    grep -q 'failed: a result is wrong' base/report.html
}

@test "compare fails on cells that are broken or gone when it is to fail on slower ones" {
    make_run base 9 1
    make_run new 9 1
    sed -i 's/"verified":true/"verified":false/' new/samples.jsonl
    parbench compare base new
    [ "$status" -eq 0 ]
    parbench compare base new --fail-on slower:50%
    [ "$status" -eq 1 ]
    [[ $stderr == 'parbench: 2 cells that verified in the base failed, did not verify or are missing'* ]]
    parbench compare new base --fail-on slower
    [ "$status" -eq 0 ]
    make_run gone 9 1
    sed -i 's/,{[^{]*{},"workers":2.*/]}/' gone/manifest.json
    sed -i '/"workers":2/d' gone/samples.jsonl
    parbench compare base gone --fail-on slower
    [ "$status" -eq 1 ]
    says '^Only in base \(1\):$'
    [[ $stderr == 'parbench: 1 cell that verified in the base failed, did not verify or is missing'* ]]
    parbench compare base gone new --fail-on slower
    [ "$status" -eq 1 ]
    [[ $stderr == 'parbench: 3 cells that verified in the base '* ]]
    parbench compare gone base --fail-on slower
    [ "$status" -eq 0 ]
}

@test "compare of several runs, each with the base" {
    make_run base 9 1
    make_run new 9 1.05
    make_run newer 9 0.9
    parbench compare base new newer --fail-on slower
    [ "$status" -eq 1 ]
    says '^1 same, 0 faster, 1 slower, 0 undecided$'
    says '^1 same, 1 faster, 0 slower, 0 undecided$'
    [ "${lines[-1]}" = 'in all: 2 same, 1 faster, 1 slower, 0 undecided' ]
}

@test "compare --json is one object" {
    make_run base 9 1
    make_run new 9 1.05 node2
    parbench compare base new base --json
    [ "$status" -eq 0 ]
    is_json <<<"$output"
    says '"what": "host"'
    says '"verdict": "slower"'
    says '"ratio_low": 1\.04'
    says '"within": 0\.05[0-9]*'
    says '"same_within": 0\.05'
    [ "$(grep -c '"only_in_base"' <<<"$output")" -eq 2 ]
    never_says '[Nn]a[Nn]'
    make_run few 3 1
    parbench compare base few --json
    is_json <<<"$output"
    says '"ratio_low": null'
    says '"within": null'
    says '"doubt": "too few rounds"'
}

@test "compare says that a run was cut off" {
    make_run base 9 1
    make_run new 9 1
    sed -i '$d' new/samples.jsonl
    parbench compare base new
    [ "$status" -eq 0 ]
    [[ $stderr == *'new did not come to its end'*'--resume new'* ]]
}

@test "compare refuses what it cannot do" {
    refuses 'needs the folders of two runs' compare
    refuses 'needs the folders of two runs' compare base
    refuses '--same must be' compare a b --same 0
    refuses '--same must be' compare a b --same much
    refuses '--same must be' compare a b --same 101%
    refuses '--fail-on must be slower' compare a b --fail-on faster
    refuses '--fail-on must be slower' compare a b --fail-on slower:
    refuses '--fail-on must be slower' compare a b --fail-on slower5%
    refuses '--fail-on must be slower' compare a b --fail-on slower:0
    refuses 'did you mean --same' compare a b --smae 2%
    parbench compare no such
    complained 1 'cannot read no/manifest.json'
}
