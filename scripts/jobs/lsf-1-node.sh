#!/bin/bash
# A run of parbench as a job of LSF. Submit this with: bsub < FILE
# Submitted again, it goes on with the run where that was cut off. A run that
# is complete is only shown.
# Made by: parbench script lsf --cores 24 --time 2h -- strong
#BSUB -J parbench
#BSUB -n 24
#BSUB -R "span[ptile=24]"
#BSUB -x
#BSUB -W 2:00
#BSUB -wa TERM
#BSUB -wt 2
#BSUB -r
#BSUB -o parbench-%J.out

# If mpirun or gnuplot is not found without modules, load them here:
# module load openmpi gnuplot

mkdir -p results || exit
# The job gets TERM 2 minutes before the limit: the run keeps what it has.
exec parbench run strong \
    --out results/parbench --continue
