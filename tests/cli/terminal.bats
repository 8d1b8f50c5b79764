#!/usr/bin/env bats
#
# What a run's end shows: on a terminal what one wants to see first, elsewhere all of it.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper
load made_up_runs

# What `report run` shows on a terminal, one without colours unless KIND is another,
# of 80 columns unless WIDTH is another.
on_terminal() # OPTION…
{
    type -P script >/dev/null || skip "no script(1)"
    export TERM=${KIND:-dumb}
    # shellcheck disable=SC2016
    PARBENCH=$PARBENCH OPTIONS="$*" run script \
        -qec "stty cols ${WIDTH:-80}"'; "$PARBENCH" report run --no-figures $OPTIONS' /dev/null
    output=${output//$'\r'/}
    mapfile -t lines <<<"$output"
}

@test "a terminal shows the answer at a glance, the verdict, and the page's path last" {
    make_scaling_run run 6 1 2 4 8
    on_terminal
    [ "$status" -eq 0 ]
    says '^threads  4\.7[0-9] \[4\.7[0-9],4\.7[0-9]\]$'
    says '^         at 8$'
    never_says '^FOM kernel|^speedup over serial|laws of scaling'
    [ "$(grep -n '^VALIDATION: ' <<<"$output")" = "$((${#lines[@]} - 3)):VALIDATION: PASS" ]
    [ "${lines[-1]}" = 'report    run/report.html' ]
    fits "$output"
    [ "$(grep -c '^FOM kernel=pi model=' run/fom.txt)" -eq 5 ]
    [ "$(tail -1 run/fom.txt)" = 'VALIDATION: PASS' ]
    on_terminal --tables
    says '^speedup over serial'
    never_says '^FOM kernel'
    on_terminal --fom
    never_says '^speedup over serial'
    diff <(grep -E '^(FOM kernel|VALIDATION)' <<<"$output") run/fom.txt
    [ "${lines[-1]}" = 'report    run/report.html' ]
}

@test "a terminal that has colours shows efficiency by them, unless it is told not to" {
    make_scaling_run run 6 1 2 4 8
    unset NO_COLOR
    KIND=xterm on_terminal
    says $'^threads  \e\\[38;5;16;48;5;254m4\\.7[0-9] \\[4\\.7[0-9],4\\.7[0-9]\\]\e\\[0m$'
    says '^Colour: best over the most workers, from '
    export NO_COLOR=1
    KIND=xterm on_terminal
    says '^threads  4\.7'
    never_says $'\e|Colour:'
}

@test "what is no terminal gets the tables, and FOM lines last" {
    make_scaling_run run 6 1 2 4 8
    parbench report run --no-figures
    ended_with 0 PASS
    says '^speedup over serial'
    diff <(tail -6 <<<"$output") run/fom.txt
}

@test "a terminal shows what failed, and tables where nothing else is to be shown" {
    make_run run 6 1
    local base=$size
    printf '{%s,"round":6,"failed":"killed by signal 9"}\n' "$(cell pi threads 2 "$base")" \
        >>run/samples.jsonl
    on_terminal
    [ "$status" -eq 1 ]
    says '^threads  failed$'
    says '^- pi, threads, 2 workers: killed by signal 9$'
    says '^VALIDATION: FAIL$'
    make_scaling_run other 6
    mv run gone
    mv other run
    on_terminal # serial alone
    says '^speedup over serial'
}

@test "a run that passed and is noisy says both, last on a terminal and on the page" {
    make_run run 6 1
    printf '{"noise":{"round":0,"wall_s":2.0,"stolen_share":0.25,"others_share":0.125}}\n' \
        >>run/samples.jsonl
    on_terminal
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "NOISY: others took 37.5 % of the cores' time, and 37.5 % in round 1." ]
    [ "$(grep -A1 -n '^VALIDATION: PASS$' <<<"$output" | tail -1 | cut -d- -f 2 | cut -c 1-6)" = \
        'NOISY:' ]
    grep -q '<p class="verdict noisy">PASS, but NOISY</p>' run/report.html
}

@test "a narrower terminal gets shorter lines" {
    local width most
    make_scaling_run run 6 1 2 4 8
    unset NO_COLOR
    for width in 40 60 200; do
        WIDTH=$width KIND=xterm on_terminal
        most=$((width > 80 ? 80 : width))
        echo "$output" >shown
        sed $'s/\e\\[[0-9;]*m//g' shown | awk -v most="$most" '
            length > longest { longest = length }
            END { print longest; exit !(longest <= most && longest > most - 12) }'
    done
}
