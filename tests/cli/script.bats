#!/usr/bin/env bats
#
# Job scripts: what they tell batch systems, and that the same script goes on with its run each time
# that it is submitted. Batch systems are made up here: a job is what bash makes of the script, with
# the variables that such a job has. In tests/cluster, Slurm is a real one.
#
# shellcheck disable=SC2154 # variables of helper.bash

load helper
load processes

readonly examples=$BATS_TEST_DIRNAME/../../scripts/jobs

# A front door whose cells hang from the second round on, while there is a file that says so.
hanging_front()
{
    local build=$BATS_TEST_TMPDIR/build
    mkdir "$build"
    cp -d "$PARBENCH" "${PARBENCH%/*}/plots" "$build"
    cat >"$build/parbench-cell-serial" <<END
#!/bin/bash
[[ ! -e hang || \$1 == --describe ]] || ! grep -q '"noise":{"round":0' results/*/samples.jsonl ||
    { touch hangs && exec sleep 1000; }
exec "${PARBENCH%/*}/parbench-cell-serial" "\$@"
END
    chmod +x "$build/parbench-cell-serial"
    PARBENCH=$build/parbench
}

readonly words=(strong --profile smoke --kernels pi --models serial --alone --size 1e5 --rounds 3
    --precision 0.0001% --no-figures)

# Starts the script as a job, as start() does.
submit() # SYSTEM
{
    local host
    host=$(hostname)
    case $1 in
        slurm) start env SLURM_JOB_ID=7 SLURM_JOB_NODELIST="$host" \
            SLURM_JOB_CPUS_PER_NODE="$(nproc)" bash job ;;
        pbs)
            yes "$host" | head -n "$(nproc)" >nodes
            start env PBS_JOBID=7.head PBS_NODEFILE="$PWD/nodes" PBS_O_WORKDIR="$PWD" \
                bash -c "cd / && exec bash '$PWD/job'" ;;
        lsf) start env LSB_JOBID=7 LSB_MCPU_HOSTS="$host $(nproc)" bash job ;;
    esac
}

verdict() # STATUS PASS|INTERRUPTED
{
    ended
    [[ $status -eq $1 && $(tail -n 1 out) == "VALIDATION: $2" ]] ||
        { echo "status $status" && cat out err && return 1; }
}

goes_on_each_time() # SYSTEM
{
    hanging_front
    "$PARBENCH" script "$1" --name sums -- "${words[@]}" >job
    touch hang
    submit "$1"
    await test -e hangs
    kill -TERM "$front"
    verdict 143 INTERRUPTED
    [ "$(tail -n 1 results/sums/samples.jsonl)" = '{"ended":"signal"}' ]
    none_left
    rm hang
    submit "$1"
    verdict 0 PASS
    grep -q '^FOM kernel=pi model=serial .* samples=6 ' out
    [ "$(grep -c '^{"resumed":' results/sums/samples.jsonl)" -eq 1 ]
    cp results/sums/samples.jsonl whole
    submit "$1"
    verdict 0 PASS
    grep -q '^parbench: results/sums is complete: nothing is measured$' err
    diff results/sums/samples.jsonl whole
}

@test "a job of Slurm goes on with its run each time that it is submitted" {
    goes_on_each_time slurm
}

@test "a job of PBS does" {
    goes_on_each_time pbs
}

@test "a job of LSF does" {
    goes_on_each_time lsf
}

# As qdel and the end of its time do, of what PBS warns nobody.
@test "a signal for all processes of a job ends its run, too" {
    hanging_front
    "$PARBENCH" script pbs --name sums -- "${words[@]}" >job
    touch hang
    submit pbs
    await test -e hangs
    marked | xargs kill -TERM
    ended
    [ "$status" -eq 143 ]
    await none_left
    [ "$(grep -c '"failed"' results/sums/samples.jsonl)" -eq 0 ]
    rm hang
    submit pbs
    verdict 0 PASS
}

# One that does not wait for its time, but for the cell that hangs.
@test "timeout warns a job of PBS, which nothing else does" {
    mkdir bin
    cat >bin/timeout <<'END'
#!/bin/bash
echo "${@:1:3}" >told
"${@:4}" &
until [[ -e hangs ]]; do sleep 0.1; done
kill -TERM $!
wait $!
END
    chmod +x bin/timeout
    hanging_front
    "$PARBENCH" script pbs --time 2h --name sums -- "${words[@]}" >job
    touch hang
    PATH=$PWD/bin:$PATH submit pbs
    verdict 143 INTERRUPTED
    [ "$(<told)" = '--foreground --preserve-status 7080' ]
}

@test "the examples are what the command prints" {
    local file count=0
    for file in "$examples"/*; do
        sed -n 's/^# Made by: //p' "$file" >made
        PATH=${PARBENCH%/*}:$PATH bash made >printed
        [[ -z ${UPDATE_EXPECTED:-} ]] || cp printed "$file"
        diff -u "$file" printed
        ((count += 1))
    done
    [ "$count" -eq 6 ]
}

@test "scripts are right for bash and for shellcheck" {
    local system
    for system in slurm pbs lsf; do
        "$PARBENCH" script "$system" >plain
        "$PARBENCH" script "$system" --cores 24 --time 90m --name a-name --queue main --account me \
            -- strong --models pool:chunk=10,100 --out 'a folder' >all
        bash -n plain && bash -n all
        ! type -P shellcheck >/dev/null || shellcheck plain all
        ! awk 'length > 80 && !/^# Made by:/' plain | grep .
        grep -q "parbench run strong --models pool:chunk=10,100 --out 'a folder' --continue$" all
    done
}

@test "each batch system is told of cores, time, name, queue and account in its words" {
    local asked=(--cores 24 --time 90m --name a-name --queue main --account me)
    parbench script slurm "${asked[@]}"
    for line in --job-name=a-name --nodes=1 --ntasks-per-node=24 --cpus-per-task=1 --exclusive \
        --partition=main --account=me --time=01:30:00 --signal=B:TERM@120 --requeue \
        --open-mode=append; do
        says "^#SBATCH $line\$"
    done
    parbench script pbs "${asked[@]}"
    for line in '-N a-name' '-l select=1:ncpus=24:mpiprocs=24' '-l walltime=01:30:00' '-r y' \
        '-q main' '-A me'; do
        says "^#PBS $line\$"
    done
    parbench script lsf "${asked[@]}"
    for line in '-J a-name' '-n 24' '-R "span\[ptile=24\]"' '-W 1:30' '-wa TERM' '-wt 2' '-r' \
        '-q main' '-P me' '-o a-name-%J.out'; do
        says "^#BSUB $line\$"
    done
    # All of a node, whatever it has, cannot be asked for in PBS and LSF.
    parbench script slurm
    never_says '--ntasks-per-node'
    parbench script pbs
    says '^#PBS -l select=1:ncpus=[1-9][0-9]*:mpiprocs='
}

@test "a job of several nodes spreads ranks over 1, 2, 4 ... of them" {
    parbench script slurm --nodes 2 --cores 24
    says '^#SBATCH --nodes=2$'
    says 'parbench run --nodes 1,2 '
    parbench script slurm --nodes 6
    says 'parbench run --nodes 1,2,4,6 '
    parbench script pbs --nodes 2 --cores 24 -- strong --nodes 2
    says '^#PBS -l select=2:ncpus=24:mpiprocs=24$'
    says 'parbench run strong --nodes 2 '
    parbench script lsf --nodes 2 --cores 24
    says '^#BSUB -n 48$'
    says '^#BSUB -R "span\[ptile=24\]"$'
}

@test "what cannot be a job is told before it waits in a queue" {
    refuses '^parbench: script needs a batch system: slurm, pbs or lsf$' script
    refuses 'there is no batch system "slrm": did you mean "slurm"\?$' script slrm
    refuses 'there is no experiment "strng": did you mean "strong"\?$' script slurm -- strng
    refuses 'there is no option "--roundz": did you mean --rounds\?$' script slurm -- --roundz 3
    refuses 'leave --resume out' script slurm -- --resume my-run
    refuses 'the run is to have 4 nodes, and the job has 2: give script --nodes 4' \
        script slurm --nodes 2 -- strong --nodes 1,4
    refuses '--nodes must be a list such as' script slurm --nodes 2 -- --nodes many
    refuses 'leave it out' script slurm -- --dry-run
    refuses '--name must be a word .*, not "a b"$' script slurm --name 'a b'
    refuses '--account must be a word ' script pbs --account $'me\n#PBS -q other'
    refuses '--queue must be a word ' script lsf --queue '-x'
    refuses '--partition is Slurm.s word for --queue: give one$' script slurm --queue a \
        --partition b
    refuses '--time must be from 2m to 8784h$' script slurm --time 30
    refuses '--cores must be a whole number' script slurm --cores 0
    refuses '--nodes must be a whole number .*, not the list "1,2"' script slurm --nodes 1,2
    refuses 'cannot stand in a script$' script slurm -- --out $'a\nb'
}
