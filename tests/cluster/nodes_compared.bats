#!/usr/bin/env bats
#
# What leaving the node costs, asked in a job of four nodes: from the cells to the page.
#
# shellcheck disable=SC2154 # variables of bats

load ../cli/processes
load helper

setup()
{
    ranks_are_measured
    needs_cluster slurm
}

@test "a job of four nodes compares one, two and four of them, up to the page" {
    local kernel several fom
    cluster start 4 slurm
    cat >job <<END
#!/bin/bash
#SBATCH --nodes=4 --ntasks-per-node=1 --output=said
'$BUILD/parbench' run nodes --profile smoke --rounds 1 --nodes 1,2,4 --alone --models mpi,pool \\
    --out run --size pi=1e5,primes=1e4,squares=1e4,factorial=1e3
touch finished
END
    cluster in head sbatch --quiet job
    await test -e finished
    run cat said
    says '^VALIDATION: PASS$'
    says '^n1, n2, n3, n4: 4 nodes x [0-9]+ cores?, '
    for kernel in pi primes squares factorial; do
        says "^FOM kernel=$kernel model=mpi workers=1 ranks=1 threads=1 nodes=1 "
        says "^FOM kernel=$kernel model=pool workers=1 "
        for several in 2 4; do
            fom="^FOM kernel=$kernel model=mpi:nodes=$several workers=$several ranks=$several"
            fom+=" threads=1 nodes=$several "
            says "$fom.* speedup="
            says "$fom.* scaled="
            grep -q ">$several nodes</text>" "run/figures/nodes-$kernel-speedup.svg"
            grep -q ">$several nodes</text>" "run/figures/nodes-$kernel-efficiency.svg"
        done
        grep -q "alt=\"Speedup over serial of $kernel against workers, [^\"]* mpi:nodes=4 " \
            run/report.html
    done
    grep -q '<h2>One node and several</h2>' run/report.html
    jq --exit-status '.allocation == {given_by: null, scheduler: "Slurm", job: "1",
        slots: .allocation.slots} and .allocation.slots >= 1' run/manifest.json
}
