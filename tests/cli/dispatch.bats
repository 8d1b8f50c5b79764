#!/usr/bin/env bats
#
# What a task costs by each way to hand it out: which cells there are, and what is shown of them.

load helper
load made_up_runs

# The cell's, from the summary.
size_of() # LABEL
{
    awk -F , -v label="$1" '$2 == label { print $7 }' run/summary.csv
}

@test "dispatch measures each way with tasks of its own number" {
    parbench run dispatch --models pool,queue --profile smoke --workers 1 --rounds 1 --seed 1 \
        --out run
    ended_with 0 PASS
    # The base at each size, and each way at both sizes of a task.
    [ "$(grep -c '^pi,serial,' run/summary.csv)" -eq 5 ]
    for label in pool pool:dispatch=imap pool:dispatch=apply pool:transport=pipe queue \
        queue:join=each; do
        for chunk in 1 65536; do
            grep -q "^pi,$label:chunk=$chunk,1," run/summary.csv
        done
    done
    [ "$(grep -c 'dispatch=auto' run/summary.csv)" -eq 0 ]
    # A message is handed out less often than what is in shared memory, a process least often.
    [ "$(size_of pool:chunk=1)" -eq 10000 ]
    [ "$(size_of pool:transport=pipe:chunk=1)" -eq 1000 ]
    [ "$(size_of pool:dispatch=apply:chunk=1)" -eq 1000 ]
    [ "$(size_of queue:chunk=65536)" -eq $((64 * 65536)) ]
    says '^pi, what a task costs$'
    says '  time a task$'
    # A bar each, the longest last.
    grep -q ">a task's work alone, by serial</text>" run/figures/dispatch-pi-time-a-task.svg
    [ "$(grep -c '^# items of a task: ' run/figures/dispatch-pi-time-a-task.tsv)" -eq 2 ]
    [ "$(grep -c '^pool\|^queue' run/figures/dispatch-pi-time-a-task.tsv)" -eq 18 ]
    grep -v '^#' run/figures/dispatch-pi-time-a-task.tsv | cut -f 2 | head -9 | sort -gc
    grep -q '<h3>What a task costs</h3>' run/report.html
    grep -q '<th scope="col">time a task</th>' run/report.html
}
