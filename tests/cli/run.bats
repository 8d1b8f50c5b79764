#!/usr/bin/env bats
#
# parbench run and report: a run's folder, and what is told of it.
#
# shellcheck disable=SC2154 # variables of helper.bash
# shellcheck disable=SC2030,SC2031 # each test has its own $status

load helper
load made_up_runs

# The samples' cells in the order in which they were launched.
launches() # FOLDER
{
    sed -n 's/.*"kernel":"\([^"]*\)".*"label":"\([^"]*\)".*"round":\([0-9]*\).*/\3 \1 \2/p' \
        "$1/samples.jsonl" | uniq
}

# The last columns of a cell's summary: what the system counted, and the kernel's two counters.
counted=',[0-9.e-]+(,[0-9]+){5}(,[A-Z0-9_]*,[0-9]*){2},,,,,(,[0-9.e-]+(,[0-9.e-]*){2}){2},,'

briefly=(strong --profile smoke --workers 1 --no-figures)
small=("${briefly[@]}" --size "primes=2e5,pi=2e5")

@test "a run leaves a folder with everything" {
    local model=threads
    ! without_openmp || model=pool
    parbench run --profile smoke --alone --kernels pi --models serial,$model --size 1e5 --rounds 1 --out run
    ended_with 0 PASS
    [ "$(ls run)" = "$(printf '%s\n' figures fits.csv fom.txt manifest.json report.html \
        samples.jsonl summary.csv)" ]
    [ "$(find run/figures -name '*.svg' | wc -l)" -ge 5 ]
    local figure
    for figure in run/figures/*.svg; do
        [ -s "$figure" ]
        [ -s "${figure%.svg}.png" ]
        [ -s "${figure%.svg}.tsv" ]
    done
    [ -z "$(find run -name '*.part')" ]
    grep -qi '<html' run/report.html
    [ "$(grep -Eic '(src|href)="?https?:' run/report.html)" -eq 0 ]

    is_json <run/manifest.json
    local key
    for key in schema started command profile seed versions machine environment cells; do
        grep -q "^  \"$key\": " run/manifest.json
    done
    grep -q '"command": "parbench run --profile smoke --alone --kernels pi --models' run/manifest.json
    for key in commit modified openmp openmp_library mpi mpi_library architecture topology \
        counters threads_per_core smt governor turbo transparent_huge_pages clocksource \
        virtual_machine hypervisor product fabric container load_average cgroup_quota_cores; do
        grep -q "^    \"$key\": " run/manifest.json || { echo "no $key" && return 1; }
    done
    grep -Eq '^    "commit": "(unknown|[0-9a-f]{40,})",$' run/manifest.json
    grep -q '^    "gnuplot": "gnuplot [0-9]' run/manifest.json
    grep -q '"topology": null' run/manifest.json || grep -q '^      "cache_list": \[' run/manifest.json

    says '^report +run/report.html$'
    [ "$(grep -c ^FOM <<<"$output")" -eq "$(grep -c '"cell": ' run/manifest.json)" ]
    [ "$(grep -c . run/summary.csv)" -eq $(("$(grep -c ^FOM <<<"$output")" + 1)) ]

    # A report makes the same of what was measured, and leaves that alone.
    local run_says=$output before sum
    cp -r run whole
    before=$(md5sum run/samples.jsonl run/manifest.json)
    rm -r run/figures run/{report.html,summary.csv,fits.csv,fom.txt}
    parbench report run
    ended_with 0 PASS
    [ -z "$stderr" ]
    diff <(echo "$run_says") <(echo "$output")
    [ "$(md5sum run/samples.jsonl run/manifest.json)" = "$before" ]
    [ "$(head -1 run/fits.csv)" = "kernel,model,experiment,law,parameter,workers_from,workers_to,\
points,value,low,high,rounds,deviation" ]
    diff -r -x '*.svg' -x '*.png' -x '*.html' whole run
    [ -s run/report.html ]
    [ "$(ls run/figures)" = "$(ls whole/figures)" ]

    # Never twice into the same folder.
    sum=$(md5sum run/* 2>/dev/null || true)
    parbench run --profile smoke --alone --kernels pi --models serial --out run
    [ "$status" -eq 2 ]
    [[ $stderr == *'run is not an empty folder: choose another with --out' ]]
    [ -z "$output" ]
    [ "$(md5sum run/* 2>/dev/null || true)" = "$sum" ]
}

@test "samples are one object a line with every key" {
    parbench run "${small[@]}" --alone --kernels pi,primes --models pool --rounds 2 --out run
    ended_with 0 PASS
    [ "$(grep -cE '"kernel":"(pi|primes)",.*"sample":' run/samples.jsonl)" -eq 16 ]
    [ "$(tail -1 run/samples.jsonl)" = '{"ended":"rounds"}' ]
    sed '1s/^/[/; $!s/$/,/; $s/$/]/' run/samples.jsonl | is_json
    local line key round
    while IFS= read -r line; do
        for key in cell kernel model label options workers ranks threads nodes size base_size \
            oversubscribed round sample seconds executions startup_s verified result counts; do
            [[ $line == *"\"$key\":"* ]] || { echo "no $key in $line" && return 1; }
        done
    done < <(grep '"seconds":' run/samples.jsonl)
    [ "$(grep -c '"seconds":' run/samples.jsonl)" -eq 16 ]
    while IFS= read -r line; do
        for key in cell round warm_s launcher wall_s workers_busy node rank thread busy_s first_s \
            last_s; do
            [[ $line == *"\"$key\":"* ]] || { echo "no $key in $line" && return 1; }
        done
        for key in cpu_s voluntary_switches involuntary_switches minor_faults major_faults processor \
            processors peak_memory_bytes counters counters_absent; do # in the first round, not the second
            [[ $line == *"\"$key\":"* ]] && round=0 || round=1
            [[ $line == *"\"round\":$round,"* ]] || { echo "$key in $line" && return 1; }
        done
    done < <(grep '"workers_busy":' run/samples.jsonl)
    [ "$(grep -c '"workers_busy":' run/samples.jsonl)" -eq 8 ]
    run ! grep -E '"cpu_s":[0-9]+\.[0-9]{10}' run/samples.jsonl # nanoseconds
    grep -q '"launcher":"process"' run/samples.jsonl
    # What else the machine did, after each round.
    [[ $(sed -n 13p run/samples.jsonl) == '{"noise":{"round":0,'* ]]
    [[ $(sed -n 26p run/samples.jsonl) == '{"noise":{"round":1,'* ]]
    while IFS= read -r line; do
        for key in wall_s stolen_share others_share throttled_share throttled_times load1 \
            frequency_low_mhz frequency_high_mhz \
            involuntary_switches voluntary_switches minor_faults major_faults; do
            [[ $line == *"\"$key\":"* ]] || { echo "no $key in $line" && return 1; }
        done
        [[ $line =~ \"minor_faults\":[1-9] ]] # a cell cannot start without any
    done < <(grep '"noise"' run/samples.jsonl)
    [ "$(head -1 run/summary.csv)" = "kernel,model,workers,ranks,threads,nodes,size,\
oversubscribed,rounds,samples,verified,median_s,ci_low_s,ci_high_s,startup_s,base_s,speedup,\
speedup_low,speedup_high,efficiency,watched_s,watched_speedup,load_balance,\
communication_efficiency,computation_scaling,disturbed,outliers,far_outliers,slow_first,\
stopped,half_width,base_size,efficiency_low,efficiency_high,absolute_base,absolute_base_s,\
absolute_speedup,absolute_speedup_low,absolute_speedup_high,instructions,cycles,ipc,\
instruction_scaling,ipc_scaling,frequency_scaling,executions,late,skew_s,cpu_s,\
voluntary_switches,involuntary_switches,minor_faults,major_faults,peak_memory_bytes,\
counter_1_name,counter_1,counter_2_name,counter_2,limit,limit_s,of_limit,of_limit_low,\
of_limit_high,handed_out_s,handed_out_s_low,handed_out_s_high,collected_s,collected_s_low,\
collected_s_high,lost,mixed" ]
    grep -Eq '^primes,pool,.*,[1-9][0-9]{5,},PAPI_BR_MSP,[0-9]*,,,,,,,(,[0-9.e-]+,,){2},,$' run/summary.csv
    grep -Eq '^primes,pool,1,1,1,1,200000,0,2,4,1,[0-9.e-]+,,,' run/summary.csv
    # Four samples in two rounds: no fences, no interval, and so no width.
    grep -Eq '^primes,pool,.*,,,,rounds,,200000,,,primes,[0-9.e-]+,[0-9.e-]+,,(,[0-9.e+-]*){6},1,0,'"$counted\$" \
        run/summary.csv || { cat run/summary.csv && false; }
}

@test "samples too short for the clock are several executions each" {
    parbench run "${briefly[@]}" --size primes=100 --kernels primes --models pool --rounds 2 --out run
    ended_with 0 PASS
    says '^A sample of [1-3] cells? is several executions timed together, up to [0-9]+: one is too$'
    grep -Eq '"model":"serial".*"round":0,"too_short":\[\{"executions":1,"seconds":\[' \
        run/samples.jsonl
    local shortest executions
    shortest=$(sed -n 's/.*"shortest_sample_s": \(.*\),/\1/p' run/manifest.json)
    sed -n 's/.*"sample":.*"seconds":\([^,]*\),"executions":\([^,]*\),.*/\1 \2/p' run/samples.jsonl |
        awk -v shortest="$shortest" '
            $1 * $2 < shortest { short++ }
            END { exit NR != 12 || short > 0 }'
    executions=$(sed -n 's/.*"kernel":"primes","model":"serial".*"sample":.*"executions":\([0-9]*\),.*/\1/p' \
        run/samples.jsonl | tail -1)
    [ "$executions" -gt 1 ]
    grep -Eq "^primes,serial,.*,$executions,0,$counted\$" run/summary.csv

    run_says=$output
    parbench report run --no-figures
    ended_with 0 PASS
    [ "$output" = "$run_says" ]
    grep -Eq '^<p>A sample of [1-3] cells? is several executions timed together' run/report.html
    parbench run --resume run --rounds 3 --no-figures
    ended_with 0 PASS
    # It began with as many as were enough before.
    [ "$(grep -c '"label":"serial".*"round":2,"too_short":\[{"executions":1,' run/samples.jsonl)" \
        -eq 0 ]
}

@test "FOM lines of a run" {
    parbench run "${small[@]}" --alone --kernels pi --models pool --rounds 6 --precision 0.0001% \
        --out run
    ended_with 0 PASS
    local n='[0-9]+\.[0-9]+'
    says "^FOM kernel=pi model=pool workers=1 ranks=1 threads=1 nodes=1 size=200000 samples=12 \
median_s=$n ci_low_s=$n ci_high_s=$n speedup=$n speedup_low=$n speedup_high=$n efficiency=$n\$"
    [ "$(tail -3 <<<"$output" | cut -c1-10)" = "$(printf '%s\n' 'FOM kernel' 'FOM kernel' \
        VALIDATION)" ]
}

@test "weak scaling says what it is compared with, and no plain speedup" {
    parbench run weak --profile smoke --kernels primes --size 1000 --models pool --workers 1,2 \
        --oversubscribe --rounds 6 --precision 0.0001% --no-figures --out run
    ended_with 0 PASS
    local n='[0-9]+\.[0-9]+'
    says '^primes, weak scaling: for each worker the work of size 1 000$'
    says "^FOM kernel=primes model=pool workers=2 .* size=1[0-9]{3} samples=12 median_s=$n \
ci_low_s=$n ci_high_s=$n base_size=1000 scaled=$n scaled_low=$n scaled_high=$n efficiency=$n\$"
    never_says '^FOM .* base_size=.* speedup='
    [ "$(grep -c '^FOM ' <<<"$output")" -eq 3 ]
    grep -Eq '"size":1[0-9]{3},"base_size":1000,' run/samples.jsonl
    grep -Eq '^primes,pool,2,1,1,1,1[0-9]{3},.*,,,,[0-9.e-]+,.*,1000,' run/summary.csv
    local said=$output
    parbench report run --no-figures
    ended_with 0 PASS
    diff <(grep FOM <<<"$said") <(grep FOM <<<"$output")
    fits "$said"
}

# The sieve's times are made a thousandth of what they were, so that none decides the test.
@test "both bases of speedups, and what they take" {
    parbench run strong --profile smoke --size 3e4 --kernels primes \
        --models pool --workers 1 --rounds 6 --precision 0.0001% --no-figures --out run
    ended_with 0 PASS
    jq -c 'if (.seconds | type) == "number" and (.cell | startswith("primes:algorithm=sieve/"))
        then .seconds /= 1000 else . end' run/samples.jsonl >samples
    mv samples run/samples.jsonl
    parbench report run --no-figures
    ended_with 0 PASS
    local n='[0-9]+(\.[0-9]+)?(e-[0-9]+)?' time='[0-9.]+ [mun]?s'
    says "^speedup over serial, $time; absolute over primes:algorithm=sieve, $time\$"
    says '^serial \(sieve\)  *1 '
    says '^model .* effic\. absol\.$'
    says '^- primes: one core with another algorithm, sieve, is [0-9.]+ to [0-9.]+ times'
    fits "$output"
    grep -q '"told_with": "primes"' run/manifest.json
    grep -Eq "^primes,pool,.*,primes:algorithm=sieve,$n,$n,$n,$n,[0-9A-Z_e.,-]*\$" \
        run/summary.csv
    grep -Eq "^primes:algorithm=sieve,serial,.*,primes:algorithm=sieve,$n,1,1,1,[0-9A-Z_e.,-]*\$" \
        run/summary.csv
    grep -q 'absolute over primes:algorithm=sieve, .*\.</p>' run/report.html
    grep -Eq '<th[^>]*>absolute speedup</th><th[^>]*>95 % interval</th>' run/report.html

    parbench report run --no-figures --json
    says '"absolute_base": "primes:algorithm=sieve"'
    local key
    for key in base_s absolute_base_s absolute_speedup absolute_speedup_low absolute_speedup_high; do
        jq -e "all(.cells[]; .$key > 0)" <<<"$output" || { echo "not of each cell: $key" && return 1; }
    done
    # A run from before, where it was an option of serial.
    jq '.cells |= map(if .told_with then
            .kernel = .told_with | .label += ":algorithm=best" | del(.told_with) else . end)' \
        run/manifest.json >manifest
    mv manifest run/manifest.json
    parbench report run --no-figures
    says "^speedup over serial, $time; absolute over primes:algorithm=best, $time\$"
    says '^serial \(best\)  *1 '
}

@test "report goes on without what it cannot read" {
    parbench run "${small[@]}" --alone --kernels pi --models pool --rounds 2 --out run
    run_says=$output
    printf '{"cell":"pi/serial/workers:1/ra' >>run/samples.jsonl
    parbench report run --no-figures
    ended_with 0 PASS
    [ "$output" = "$run_says" ]
    [ "$stderr" = "parbench: run/samples.jsonl: left out 1 line that cannot be used, line 16: \
it is cut off" ]

    printf '\n{}\nNaN\n' >>run/samples.jsonl
    parbench report run --no-figures
    ended_with 0 PASS
    [ "$output" = "$run_says" ]
    [ "$stderr" = "parbench: run/samples.jsonl: left out 3 lines that cannot be used, the first is \
line 16: it is no JSON object" ]
}

@test "report of what is no run" {
    mkdir run
    refused() # REGULAR-EXPRESSION
    {
        parbench report run --no-figures
        [ "$status" -eq 1 ]
        [ -z "$output" ]
        [ "${#stderr_lines[@]}" -eq 1 ]
        [[ $stderr =~ $1 ]] || { show && return 1; }
    }
    refused 'cannot read run/manifest.json: No such file or directory: is it the folder of a run\?'
    echo '[1' >run/manifest.json
    refused 'run/manifest.json:[0-9]+: .*: is it the folder of a run\?'
    echo '{"name": "left-pad", "version": "1.0.0"}' >run/manifest.json
    refused 'run/manifest.json has no schema: is it the manifest of a run\?'
    echo '{"schema": 1}' >run/manifest.json
    refused 'run/manifest.json names no cells: is it the manifest of a run\?'
    echo '{"schema": 1, "cells": [{"cell": 7}]}' >run/manifest.json
    refused 'run/manifest.json: cell 0 cannot be read: its identity, "cell", is none'
    echo '{"schema": 2, "cells": []}' >run/manifest.json
    refused 'run/manifest.json has schema 2, and this parbench reads up to schema 1: take a newer'
    rm run/manifest.json
    mkdir run/manifest.json
    refused 'run/manifest.json'
    rm -r run
    parbench run "${small[@]}" --alone --kernels pi --models serial --rounds 1 --out run
    rm run/samples.jsonl run/summary.csv run/report.html
    refused 'cannot read run/samples.jsonl: No such file or directory'
    [ ! -e run/summary.csv ]
}

@test "json of a run and of its report" {
    parbench run "${small[@]}" --alone --kernels pi --models pool --rounds 1 --out run --json
    [ "$status" -eq 0 ]
    is_json <<<"$output"
    never_says '^(FOM|VALIDATION)'
    says '"verified": true'
    says '"folder": "run"'
    says '"findings": \[\]'
    [ "$(grep -c '"cell": ' <<<"$output")" -eq 2 ]
    run_says=$output
    parbench report run --no-figures --json
    [ "$output" = "$run_says" ]
    rm -r run/summary.csv
    mkdir run/summary.csv
    parbench report run --no-figures --json
    [ "$status" -eq 1 ]
    [[ $stderr == *'cannot write run/summary.csv'* ]]
}

@test "a format is all that a run prints, and what export makes of its folder" {
    local both=(strong --profile smoke --no-figures --size 2e5 --alone --kernels pi --models pool)
    local format
    parbench run "${both[@]}" --workers 1,2 --oversubscribe --rounds 1 --out run --format amdahl-terse
    [ "$status" -eq 0 ]
    [ "$(grep -c '^{$' <<<"$output")" -eq 2 ]
    [ "$(sed -n 's/^    "nproc": \(.*\),$/\1/p' <<<"$output" | paste -sd' ')" = "1 2" ]
    never_says '^(FOM|VALIDATION|report|samples)'
    [ -s run/report.html ]
    [ "$output" = "$("$PARBENCH" export run --format amdahl-terse)" ]
    for format in amdahl csv; do
        parbench run --resume run --rounds 2 --no-figures --format $format
        [ "$status" -eq 0 ]
        [ "$output" = "$("$PARBENCH" export run --format $format)" ]
        [ -n "$output" ]
    done
    # The status tells what is wrong.
    parbench run "${both[@]}" --workers 1 --rounds 1 --cell-timeout 1us --out failed --format amdahl
    [ "$status" -eq 1 ]
    [ -z "$output" ]
    # One that a format has no place for does not pass, and is there all the same.
    parbench run strong --profile smoke --no-figures --size 2e5 --alone --kernels pi --models serial \
        --workers 1 --rounds 1 --out base --format extrap
    [ "$status" -eq 1 ]
    [ -z "$output" ]
    [[ $stderr == *'nothing can be exported'* ]]
    [ -s base/report.html ]
}

@test "instructions and IPC take computation apart where they are counted" {
    make_run run 6 1
    add_workers run 6 yes
    parbench report run --no-figures
    ended_with 0 PASS
    says '^what computing cost +comput\. = +instr\. x +IPC x +freq\. +instr\./1e6 +IPC$'
    # 125e6 instructions for 100e6; 2.5 a cycle after 2; 50e6 cycles in 21 ms after 50e6 in 20 ms.
    says '^threads +2 +0\.952 = +0\.800 x +1\.250 x +0\.952 +125\.0 +2\.50$'
    [ "$(grep -Ec '^serial .* x ' <<<"$output")" -eq 0 ]
    fits "$output"
    grep -q '^pi,serial,.*,100000000,50000000,2,1,1,1,1,0,,0.02,2,1,7,0,4194304,'\
'PAPI_L3_TCM,50000,,,,,,,,0.0001,0.0001,0.0001,0.0001,0.0001,0.0001,,$' run/summary.csv
    grep -q '^pi,threads,.*,125000000,50000000,2.5,0.8,1.25,0.952380952,1,0,,0.021,4,2,14,0,8388608,'\
'PAPI_L3_TCM,50000,,,,,,,,0.0002,0.0002,0.0002,0.0004,0.0004,0.0004,,$' run/summary.csv
    grep -q '<td>200 us</td><td>200 us – 200 us</td><td>400 us</td><td>400 us – 400 us</td></tr>' \
        run/report.html
    grep -q '<td>0.952</td><td>0.800</td><td>1.250</td><td>0.952</td></tr>' run/report.html
    grep -q '<td>21.0 ms</td><td>4</td><td>2</td><td>14</td><td>0</td><td>8.0 MiB</td>' \
        run/report.html
    grep -q '<td>125&nbsp;000&nbsp;000</td><td>50&nbsp;000&nbsp;000</td><td>2.50</td><td>50&nbsp;000</td>' run/report.html
    [ "$(grep -c 'Hardware counters that this page lacks' run/report.html)" -eq 0 ]
    parbench report run --no-figures --json
    says '"instruction_scaling": 0\.8'
    says '"ipc_scaling": 1\.25'
    says '"frequency_scaling": 0\.952'
    says '"instructions": 125000000'
    says '"cycles": 50000000'
    says '"ipc": 2\.5'
    says '"cpu_s": 0\.02'
    local key
    for key in '"voluntary_switches": 4' '"involuntary_switches": 2' '"minor_faults": 14' \
        '"major_faults": 0' '"peak_memory_bytes": 8388608' '"PAPI_L3_TCM": 50000'; do
        says "^ +$key,?\$"
    done
    [ "$(grep -c '"counters_absent": {}' <<<"$output")" -eq 2 ]
}

@test "what is not counted is null, with the library's own words" {
    make_run run 6 1
    add_workers run 6 no
    parbench report run --no-figures
    ended_with 0 PASS
    says '^threads +[0-9.]+ = +2 x '
    never_says 'IPC'
    # What the system counts is there, and the name of what the processor should have counted.
    grep -q '^pi,threads,.*,,,,,,,1,0,,0.021,4,2,14,0,8388608,PAPI_L3_TCM,,,,,,,,,0.0002,' run/summary.csv
    [ "$(grep -c "PAPI’s own words: PAPI_TOT_INS, PAPI_L3_TCM: no &lt;PMU&gt; found" \
        run/report.html)" -eq 1 ]
    parbench report run --no-figures --json
    local key
    for key in instructions cycles ipc instruction_scaling ipc_scaling frequency_scaling \
        PAPI_TOT_INS PAPI_TOT_CYC PAPI_L3_TCM; do
        [ "$(grep -c "\"$key\": null" <<<"$output")" -eq 2 ] || { echo "$key" && return 1; }
    done
    for key in PAPI_TOT_INS PAPI_L3_TCM; do
        [ "$(grep -c "\"$key\": \"no <PMU> found\"" <<<"$output")" -eq 2 ]
    done
}

@test "json has the laws of scaling with their intervals, or why there are none" {
    make_scaling_run run 6 1 2 4 8
    parbench report run --no-figures --json
    [ "$status" -eq 0 ]
    is_json <<<"$output"
    local laws n='[0-9.e-]+,?'
    laws=$(sed -n '/"fits": \[/,/^  \],/p' <<<"$output")
    [ "$(grep -c '"law": ' <<<"$laws")" -eq 2 ] # Gustafson's is of weak scaling
    [ "$(grep -c '"workers_from": 1,' <<<"$laws")" -eq 2 ]
    [ "$(grep -c '"workers_to": 8,' <<<"$laws")" -eq 2 ]
    [ "$(grep -c '"rounds": 6,' <<<"$laws")" -eq 2 ]
    [ "$(grep -c '"reason": null' <<<"$laws")" -eq 2 ]
    grep -A4 '"f": {' <<<"$laws" | grep -Eq '"value": 0\.(099|100)'
    [ "$(grep -Ec "\"(low|high)\": $n\$" <<<"$laws")" -eq 6 ] # of f, sigma and kappa
    # A fraction of each point with two workers or more, and its interval.
    [ "$(grep -Ec '"karp_flatt(_low|_high)?": 0\.(09|10)' <<<"$output")" -eq 9 ]
    [ "$(grep -c '"karp_flatt": null' <<<"$output")" -eq 2 ]

    make_scaling_run short 6 1 2 4
    parbench report short --no-figures --json
    [ "$(grep -c '"parameters": null' <<<"$output")" -eq 2 ]
    [ "$(grep -c '"reason": "3 different worker counts, and a fit takes 4: ' <<<"$output")" -eq 2 ]
    [ "$(grep -Ec '"karp_flatt": 0\.(09|10)' <<<"$output")" -eq 2 ]
}

@test "the same seed gives the same order, another one another" {
    local seed
    for seed in 1 2 1; do
        parbench run "${briefly[@]}" --size 1000 --alone --kernels primes,pi --models serial,pool --rounds 2 \
            --precision 0.0001% --seed $seed --out run$seed
        [ "$(launches run$seed | wc -l)" -eq 8 ]
        grep -q "\"seed\": $seed," run$seed/manifest.json
        [ -e again1 ] || mv run1 again1
    done
    [ "$(launches run1)" = "$(launches again1)" ]
    [ "$(launches run1)" != "$(launches run2)" ]
    # The cells of a kernel are launched one after the other.
    for seed in 1 2; do
        [ "$(launches run$seed | sed -E 's/^([0-9]+) ([a-z]+).*/\1 \2/' | uniq | wc -l)" -eq 4 ]
    done
    # Every round has an order of its own.
    [ "$(launches run1 | sed -n 's/^0 //p')" != "$(launches run1 | sed -n 's/^1 //p')" ]
}

@test "serial is launched among the cells that are compared with it, also after a resumption" {
    local many=pool:chunk=100,200,300,400,500,600,700,800,900,1000,1100,1200
    parbench run "${briefly[@]}" --size 1e5 --alone --kernels pi --models "serial,$many" --rounds 1 --seed 1 \
        --out run
    ended_with 0 PASS
    [ "$(launches run | wc -l)" -eq 15 ]
    [ "$(launches run | grep -c ' serial$')" -eq 3 ]
    [ "$(grep -c '"label":"serial".*"turn":2,"sample":' run/samples.jsonl)" -eq 2 ]
    says '^FOM kernel=pi model=serial .* samples=6 '
    launches run >before
    # As if it was killed before the second one.
    sed -i '/"turn":/,$d' run/samples.jsonl
    [ "$(launches run | grep -c ' serial$')" -eq 1 ]
    parbench run --resume run --no-figures
    ended_with 0 PASS
    launches run | diff before -
}

@test "a cell that is narrow enough rests, and a run that goes on has the same rounds" {
    parbench run "${briefly[@]}" --size 1e5 --alone --kernels pi --rounds 9 \
        --models serial,pool:chunk=100,1000 --precision 0.0001% --out run
    # One cell takes the same time in each round, another one does not.
    awk '/"sample":/ {
            match($0, /"round":[0-9]+/)
            odd = substr($0, RSTART + 8, RLENGTH - 8) % 2
            sub(/"seconds":[^,]*/, "\"seconds\":" (/chunk=1000/ ? 0.01 + odd / 50 : 0.01))
        }
        { print }' run/samples.jsonl >edited
    mv edited run/samples.jsonl
    parbench run --resume run --rounds 11 --precision 2% --no-figures
    ended_with 0 PASS
    [[ $stderr == *'round 10 of at most 11: 2 cells, '* ]]
    parbench run --resume run --rounds 14 --no-figures
    ended_with 0 PASS
    [[ $stderr == *'round 12 of at most 14: 3 cells, '* ]]
    [ "$(launches run | grep -c ' serial$')" -eq 14 ]
    [ "$(launches run | grep -c ' pool:chunk=1000$')" -eq 14 ]
    [ "$(launches run | grep ' pool:chunk=100$' | cut -d' ' -f1 | paste -sd,)" = 0,1,2,3,4,5,6,7,8,11 ]
    # It is not missing, and the page tells.
    says '^FOM kernel=pi model=pool:chunk=100 .* samples=20 .* speedup=1\.0'
    grep -q '10 to 14 rounds, each of which launched every cell anew that was not narrow enough yet' \
        run/report.html
}

@test "as many rounds as asked for" {
    local rounds
    for rounds in 1 5; do
        parbench run "${small[@]}" --alone --kernels pi --models serial --rounds $rounds --cold \
            --out run$rounds
        ended_with 0 PASS
        says " samples=$((2 * rounds)) "
        [ "$(sed -n 's/.*"round":\([0-9]*\).*/\1/p' run$rounds/samples.jsonl | sort -u)" = \
            "$(seq 0 $((rounds - 1)))" ]
        [ "$(grep -c '^round ' <<<"$stderr")" -eq "$rounds" ]
        grep -q '"gnuplot": null' "run$rounds/manifest.json" # nothing is drawn with it
        # The first execution of each launch is a sample already.
        grep -q '"cold": true' "run$rounds/manifest.json"
        [ "$(grep -c '"warm_s":' "run$rounds/samples.jsonl")" -eq 0 ]
        # Processor time is counted in the first round and in every fourth.
        [ "$(sed -n '/"cpu_s":/s/.*"round":\([0-9]*\).*/\1/p' "run$rounds/samples.jsonl" | sort -u | paste -sd,)" = \
            "$( ((rounds < 4)) && echo 0 || echo 0,3)" ]
    done
}

@test "a budget that is spent begins no further round" {
    parbench run "${small[@]}" --alone --kernels pi --models serial --rounds 1000 --budget 1us \
        --out run
    ended_with 0 PASS
    says ' samples=2 '
    [ "$(tail -1 run/samples.jsonl)" = '{"ended":"budget"}' ]
    grep -q 'Another round would have taken longer than the 1 us of the budget' run/report.html
}

@test "a resumed run's budget is the one that it was resumed with" {
    parbench run "${small[@]}" --alone --kernels pi --models serial --rounds 1000 --budget 1us \
        --out run
    parbench run --resume run --budget 2us --no-figures
    ended_with 0 PASS
    [ "$(tail -1 run/samples.jsonl)" = '{"ended":"budget"}' ]
    grep -q 'longer than the 2 us of the budget' run/report.html
    parbench report run --no-figures
    grep -q 'longer than the 2 us of the budget' run/report.html
    local key
    for key in rounds_at_most precision budget_s budget_most_s cell_timeout_s; do
        grep -Eq "^\{\"resumed\":.*\"$key\":[0-9.e-]+[,}]" run/samples.jsonl
    done
}

@test "a profile's fewest rounds may take longer, unless a budget was asked for" {
    parbench run "${small[@]/smoke/quick}" --alone --kernels pi --models serial --rounds 1 --out run
    grep -q '"rounds_at_least": 6,' run/manifest.json
    grep -q '"budget_s": 225.0,' run/manifest.json
    grep -q '"budget_most_s": 900.0,' run/manifest.json
    parbench run "${small[@]/smoke/quick}" --alone --kernels pi --models serial --budget 1us \
        --out asked
    ended_with 0 PASS
    says ' samples=2 '
    [ "$(grep -c 'a round takes .* s: the 6 that an interval needs take .* --budget 1m$' \
        <<<"$stderr")" -eq 1 ]
    [ "$(sed -n 's/.*"budget\(_most\)*_s": \(.*\),/\2/p' asked/manifest.json | uniq | wc -l)" -eq 1 ]
}

@test "no precision ends a run before the fewest rounds of its profile" {
    parbench run strong --profile full --size pi=1e5 --workers 1 --alone --kernels pi --models serial \
        --precision 100% --no-figures --out run
    ended_with 0 PASS
    [ "$(tail -1 run/samples.jsonl)" = '{"ended":"precision"}' ]
    [ "$(grep -c '"noise":' run/samples.jsonl)" -ge 10 ]
    parbench run strong --profile full --size pi=1e5 --workers 1 --alone --kernels pi --models serial \
        --precision 100% --rounds 7 --no-figures --out few
    ended_with 0 PASS
    [ "$(grep -c '"noise":' few/samples.jsonl)" -eq 7 ]
}

@test "a run in which every cell failed has nothing left to measure" {
    parbench run "${small[@]}" --alone --kernels pi --models pool --rounds 1000 --cell-timeout 1us --out run
    ended_with 1 FAIL
    [ "$(tail -1 run/samples.jsonl)" = '{"ended":"failed"}' ]
    [ "$(grep -c '"failed":' run/samples.jsonl)" -eq 2 ]
    grep -q 'Every cell had failed then: nothing was left to be measured\.' run/report.html
    [ "$(grep -c 'Every interval' run/report.html)" -eq 0 ]
    local said=$output
    parbench report run --no-figures
    ended_with 1 FAIL
    [ "$output" = "$said" ]
    [ -z "$stderr" ]
    # When it goes on, each is launched once more.
    parbench run --resume run --no-figures
    ended_with 1 FAIL
    [ "$(grep -c '"failed":' run/samples.jsonl)" -eq 4 ]
    [ "$(tail -1 run/samples.jsonl)" = '{"ended":"failed"}' ]
    parbench compare run run
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
}

# A suite in bin, of which pi under pool works in the first round, then not until it is mended: then
# after so many seconds as the file tells.
pool_fails_until_mended()
{
    mkdir bin
    cp "$PARBENCH" bin/parbench
    ln -s "${PARBENCH%/*}/parbench-cell-serial" bin
    cat >bin/parbench-cell-pool <<END
#!/bin/bash
if [[ \$1 == pi && -e mended ]]; then
    sleep "\$(<mended)"
elif [[ \$1 == pi ]] && grep -q '"noise":{"round":0' run/samples.jsonl; then
    exit 3
fi
exec "${PARBENCH%/*}/parbench-cell-pool" "\$@"
END
    chmod +x bin/parbench-cell-pool
}

@test "who goes on with a run makes up for launches that failed" {
    local run=(bin/parbench run strong --profile smoke --alone --kernels pi --models pool --workers 1
        --size 1e5 --rounds 3 --precision 0.0001% --no-figures --out run --continue)
    pool_fails_until_mended
    run --separate-stderr "${run[@]}"
    ended_with 1 FAIL
    echo 0 >mended
    run --separate-stderr "${run[@]}"
    ended_with 0 PASS
    [[ $stderr == *'parbench: run: cells that failed are launched once more'* ]]
    says '^FOM kernel=pi model=pool .* samples=6 '
    says '^FOM kernel=pi model=serial .* samples=6 '
    [ "$(grep -c '"failed":' run/samples.jsonl)" -eq 1 ]
    [ "$(sed -n 's/.*"model":"pool".*"round":\([0-9]\),"sample":.*/\1/p' run/samples.jsonl |
        paste -sd' ')" = '0 0 1 1 2 2' ]
    # Each round's noise is of all of it.
    [ "$(sed -n 's/^{"noise":{"round":\([0-9]\).*/\1/p' run/samples.jsonl | paste -sd' ')" = '0 1 2' ]
    run --separate-stderr "${run[@]}"
    ended_with 0 PASS
    [ "$stderr" = 'parbench: run is complete: nothing is measured' ]
}

# All cells would take longer than the budget, if each took as long as that one.
@test "what is made up for takes no longer than the launches that are lacking" {
    local run=(bin/parbench run strong --profile smoke --alone --models pool --workers 1 --size 1000
        --rounds 3 --budget 1h --precision 0.0001% --no-figures --out run)
    pool_fails_until_mended
    run --separate-stderr "${run[@]}"
    ended_with 1 FAIL
    [ "$(grep -c '"kernel":' run/manifest.json)" -ge 8 ]
    echo 5 >mended
    run --separate-stderr bin/parbench run --resume run --budget 40s --no-figures
    ended_with 0 PASS
    [ "$(tail -1 run/samples.jsonl)" = '{"ended":"rounds"}' ]
    says '^FOM kernel=pi model=pool .* samples=6 '
}

@test "a run whose budget is spent before it has made up for launches that failed is not complete" {
    local run=(bin/parbench run strong --profile smoke --alone --kernels pi --models pool --workers 1
        --size 1e5 --rounds 3 --precision 0.0001% --budget 4s --no-figures --out run)
    pool_fails_until_mended
    run --separate-stderr "${run[@]}" --continue
    echo 5 >mended
    run --separate-stderr "${run[@]}" --continue
    ended_with 1 INTERRUPTED
    [ "$(tail -1 run/samples.jsonl)" = '{"ended":"lacking"}' ]
    [[ $stderr == *'parbench: run lacks launches that failed, and its budget is spent: go on with parbench run --resume run' ]]
    grep -q 'before launches that had failed were made up for\.' run/report.html
    run --separate-stderr "${run[@]}" --continue
    ended_with 0 PASS
    says '^FOM kernel=pi model=pool .* samples=6 '
    grep -Eq '^\{"ended":"(rounds|budget)"\}$' <(tail -1 run/samples.jsonl)
}

@test "intervals that are narrow enough end a run" {
    parbench run "${small[@]}" --alone --kernels pi --models serial --rounds 1000 --precision 100% --out run
    ended_with 0 PASS
    says ' samples=[0-9]{2,3} ' # far fewer than 2000
    [ "$(tail -1 run/samples.jsonl)" = '{"ended":"precision"}' ]
    grep -q 'Every interval was then within 100 % of its median' run/report.html
}

# The only cell's row says that, and has all that belongs to it.
stopped_by() # WORD
{
    grep -Eq '^pi,serial,.*,[0-9]*,[0-9]*,[01]*,'"$1"',[0-9.e-]+,[0-9]+,[0-9.e-]+,[0-9.e-]+,pi[a-z:=]*,[0-9.e-]+,1,1,1(,[0-9.e+-]*){6},1,0,'"$counted\$" \
        run/summary.csv || { cat run/summary.csv && return 1; }
}

@test "a cell says why it stopped, and how precise it is" {
    parbench run "${small[@]}" --alone --kernels pi --models serial --rounds 1000 --precision 100% --out run
    ended_with 0 PASS
    stopped_by precision
    never_says '~'
    [ "$(grep -c '~' run/report.html)" -eq 0 ]

    # Asked for more than they have, the same samples do not reach it.
    sed -i 's/"precision": 1.0/"precision": 1e-9/' run/manifest.json
    sed -i 's/"ended":"precision"/"ended":"budget"/' run/samples.jsonl
    parbench report run --no-figures
    ended_with 0 PASS
    says '^serial +1 +[0-9.]+ \[.*\]~ '
    says '^~ not within the 1e-07 % of the median that were asked for\.$'
    stopped_by budget
    grep -q '~ not within the 1e-07&nbsp;% of the median' run/report.html
    parbench report run --no-figures --json
    says '"stopped": "budget"'
    says '"half_width": [0-9]'
    sed -i '$d' run/samples.jsonl
    parbench report run --no-figures
    stopped_by 'cut off'
}

@test "what a resumed run is asked for counts from then on" {
    parbench run "${small[@]}" --alone --kernels pi --models serial --rounds 6 --precision 100% --out run
    ended_with 0 PASS
    parbench run --resume run --rounds 7 --precision 0.0000001% --no-figures
    ended_with 0 PASS
    says '^serial +1 +[0-9.]+ \[.*\]~ '
    says '^~ not within the 1e-07 % of the median that were asked for\.$'
    local resumed
    resumed=$(grep '^{"resumed":' run/samples.jsonl)
    [[ $resumed == *'"rounds_at_most":7,'* ]]
    grep -Eq '"precision":[0-9.]+e-(9|10),' <<<"$resumed"
    grep -Eq '"at":"20[0-9-]*T[0-9:]*Z"' <<<"$resumed"
    run_says=$output
    parbench report run --no-figures
    ended_with 0 PASS
    [ "$output" = "$run_says" ]

    # Killed before its first sample, it is one that was cut off, though it had ended before.
    [ "$(tail -1 run/samples.jsonl)" = '{"ended":"rounds"}' ]
    echo "$resumed" >>run/samples.jsonl
    parbench report run --no-figures
    ended_with 1 INTERRUPTED
    [ "$stderr" = "parbench: run did not come to its end: go on with parbench run --resume run" ]
    parbench run --resume run --no-figures
    ended_with 0 PASS
}

@test "a run is gone on with only by the build that began it" {
    parbench run "${small[@]}" --alone --kernels pi --models serial --rounds 1 --out run
    cp run/manifest.json manifest.json
    sed -i 's/^\( *"flags": "\)/\1-DOTHER /' run/manifest.json
    parbench run --resume run --rounds 2
    [ "$status" -eq 2 ]
    [[ $stderr == 'parbench: run was measured by another build (versions.flags in its manifest)'* ]]
    [ "$(grep -c '"noise":' run/samples.jsonl)" -eq 1 ]
    cp manifest.json run/manifest.json
    parbench run --resume run --rounds 2 --no-figures
    ended_with 0 PASS
}

@test "a noisy run says so in its first line" {
    parbench run "${small[@]}" --alone --kernels pi --models serial --rounds 2 --out run
    sed -i '/^{"noise":/d' run/samples.jsonl
    parbench report run --no-figures # one from before there was noise
    ended_with 0 PASS
    [ "${lines[0]}" = "Noise unknown: what others took of the cores' time is not recorded." ]
    [ -z "$stderr" ]
    parbench report run --no-figures --json
    says '"noisy": null'

    printf '{"noise":{"round":%d,"wall_s":2.0,"stolen_share":%s,"others_share":%s}}\n' \
        0 0.0 0.01 1 0.25 0.125 >>run/samples.jsonl
    parbench report run --no-figures
    ended_with 0 PASS
    [ -z "$stderr" ]
    [ "${lines[0]}" = "NOISY: others took 19.2 % of the cores' time, and 37.5 % in round 2." ]
    grep -A9 '<header>' run/report.html |
        grep -q 'NOISY: others took 19.2&nbsp;% of the cores&#39; time, and 37.5&nbsp;% in round 2\.'
    parbench report run --no-figures --json
    says '"noisy": true'
    says '"worst_round": 1'

    # The first word on a round counts: what was measured later only made up for failed launches.
    printf '{"noise":{"round":1,"wall_s":2.0,"stolen_share":0.0,"others_share":0.01}}\n' \
        >>run/samples.jsonl
    parbench report run --no-figures --json
    says '"noisy": true'
    says '"worst_round": 1'
}

@test "rounds that are too short to tell of noise tell together" {
    parbench run "${small[@]}" --alone --kernels pi --models serial --rounds 3 --out run
    sed -i '/^{"noise":/d' run/samples.jsonl
    printf '{"noise":{"round":%d,"wall_s":0.4,"stolen_share":0.0,"others_share":%s}}\n' \
        0 0.2 1 0.4 >>run/samples.jsonl
    parbench report run --no-figures
    ended_with 0 PASS
    [ "${lines[0]}" = "Noise unknown: all rounds took 800 ms together, too short to tell what others" ]
    grep -A9 '<header>' run/report.html | grep -q '^<p class="soft">Noise unknown: all rounds took'
    printf '{"noise":{"round":2,"wall_s":0.4,"stolen_share":0.0,"others_share":0.6}}\n' \
        >>run/samples.jsonl
    parbench report run --no-figures
    ended_with 0 PASS
    [ "${lines[0]}" = \
        "NOISY: others took 40.0 % of the cores' time, and 40.0 % in rounds 1 to 3." ]
    fits "$output"
    parbench report run --no-figures --json
    says '"spans": 1'
    says '"worst_round_last": 2'
}

@test "the times of a kernel are told in the unit of their middle" {
    make_run run 6 0.05
    parbench report run --no-figures
    ended_with 0 PASS
    says '^model +workers +median, ms '
    says '^serial +1 +20\.0'
    says '^threads +2 +0\.50'
}

@test "the sizes of each kernel" {
    parbench run strong --profile smoke --alone --kernels pi,primes --size 5000,pi=2k --models serial \
        --rounds 1 --no-figures --out run
    ended_with 0 PASS
    says '^FOM kernel=pi .* size=2000 '
    says '^FOM kernel=primes .* size=5000 '
}

@test "what is said while it runs moves no cursor" {
    parbench run "${small[@]}" --alone --kernels pi --models serial --rounds 2 --out run
    ended_with 0 PASS
    [ "${#stderr_lines[@]}" -eq 2 ]
    [[ ${stderr_lines[0]} =~ ^'round 1 of at most 2: 1 cell' ]]
    [ -z "$(LC_ALL=C tr -d '\n\t\040-\176\200-\377' <<<"$stderr$output")" ]
}

# A run on a terminal of that kind, 50 columns wide.
on_terminal() # KIND FOLDER
{
    type -P script >/dev/null || skip "no script(1)"
    # shellcheck disable=SC2016
    TERM=$1 FOLDER=$2 PARBENCH=$PARBENCH run script -qec 'stty cols 50; "$PARBENCH" run strong \
        --profile smoke --size 1000 --workers 1 --alone --kernels pi --models serial --rounds 2 \
        --no-figures --out "$FOLDER"' /dev/null
    [ "$status" -eq 0 ]
    says 'VALIDATION: PASS'
}

@test "on a terminal there is a bar, which fits into it" {
    on_terminal xterm run
    [[ $output == *$'\r\033[Kround 2, 0/1 cells, '*' left  serial'*$'\r\033[K'* ]]
    never_says 'at most'
    on_terminal dumb other
    [[ $output == *'round 2 of at most 2: 1 cell'* && $output != *$'\r\033[K'* ]]
}

@test "it is recorded how ranks began" {
    built mpi || skip "mpi is not built"
    # Work of more than 100 us begins with a barrier.
    parbench run "${briefly[@]}" --size pi=1e7 --alone --kernels pi --models mpi --rounds 1 --out run
    ended_with 0 PASS
    local samples='"model":"mpi".*"seconds":'
    [ "$(grep -c "$samples.*\"start\":{\"by\":\"barrier\",\"skew_s\":[0-9.e-]*,\"uncertain_s\":0.0,\"late\":false}" \
        run/samples.jsonl)" -eq "$(grep -c "$samples" run/samples.jsonl)" ]
    grep -Eq '^pi,mpi,.*,1,0,[0-9.e-]+'"$counted\$" run/summary.csv
    [ "$(grep -c 'Ranks began a sample apart' run/report.html)" -eq 0 ] # there is one only
    [ "$(grep -c '"model":"serial".*"start"' run/samples.jsonl)" -eq 0 ]
    # By the clock, a rank may begin too late each time: then nothing is measured.
    parbench measure pi mpi --size 1e5 --samples 5 --workers 1 --alone --json
    says '"skew_s": 0'
    # By which of the two depends on how fast it is here.
    says '"by": "(clock|barrier)"'
    says '"late": (true|false)'
}

@test "ranks are measured like the others" {
    built mpi || skip "mpi is not built"
    # A rank that begins by the clock may do so too late, at each sample: it begins with a barrier.
    parbench run "${briefly[@]}" --size pi=1e7 --alone --kernels pi --models mpi --rounds 1 --out run
    ended_with 0 PASS
    says '^FOM kernel=pi model=mpi workers=1 ranks=1 threads=1 .* speedup='
}

@test "a crash after the last result is a failure, also where children are ignored" {
    mkdir bin
    cp "$PARBENCH" bin/parbench
    # shellcheck disable=SC2016 # what is printed is a script
    printf '#!/bin/bash\n"%s" "$@"\n[[ $1 == --describe ]] || kill -KILL $$\n' \
        "${PARBENCH%/*}/parbench-cell-serial" >bin/parbench-cell-serial
    chmod +x bin/parbench-cell-serial
    # shellcheck disable=SC2016 # the inner shell is to expand this
    run --separate-stderr bash -c 'trap "" CHLD; exec "$0" "$@"' bin/parbench measure pi serial \
        --size 1e4 --samples 2
    ended_with 1 FAIL
    [ "$stderr" = 'parbench: pi under serial failed: it was killed by signal 9 (Killed)' ]
}

@test "a run keeps no secret, and text that is no UTF-8" {
    local long
    long=PBS_$(printf 'A%.0s' {1..300})
    export "${long}_TOKEN=hush" "${long}=a=long_KEY"
    OMP_ODD=$'a\xff' SLURM_JWT=hush SLURM_JOB_ID=7 OMPI_MCA_some_key=hush \
        PBS_TOKEN_TYPE=plain UCX_TLS=tcp \
        parbench run "${quickly[@]}" --alone --kernels pi --models serial --out $'r\xff'
    ended_with 0 PASS
    mv $'r\xff' run
    is_json <run/manifest.json
    run ! grep -rq hush run
    grep -q '"SLURM_JWT": "(not recorded)"' run/manifest.json
    grep -q '"OMPI_MCA_some_key": "(not recorded)"' run/manifest.json
    grep -q "\"${long}_TOKEN\": \"(not recorded)\"" run/manifest.json
    grep -q "\"$long\": \"a=long_KEY\"" run/manifest.json
    grep -q '"SLURM_JOB_ID": "7"' run/manifest.json
    grep -q '"PBS_TOKEN_TYPE": "plain"' run/manifest.json
    grep -q '"UCX_TLS": "tcp"' run/manifest.json
    grep -q '"OMP_ODD": "a?"' run/manifest.json
    grep -q '"command": "parbench run .* --out '\''r?'\''"' run/manifest.json
}
