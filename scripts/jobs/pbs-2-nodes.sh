#!/bin/bash
# A run of parbench as a job of PBS. Submit this with: qsub FILE
# Submitted again, it goes on with the run where that was cut off. A run that
# is complete is only shown.
# Made by: parbench script pbs --nodes 2 --cores 24 --time 2h -- strong
#PBS -N parbench
#PBS -S /bin/bash
#PBS -l select=2:ncpus=24:mpiprocs=24
#PBS -l place=scatter:excl
#PBS -l walltime=02:00:00
#PBS -r y
#PBS -j oe

# If mpirun or gnuplot is not found without modules, load them here:
# module load openmpi gnuplot

cd "${PBS_O_WORKDIR:-.}" || exit
mkdir -p results || exit
# timeout sends TERM 2 minutes before the limit: the run keeps what it has.
exec timeout --foreground --preserve-status 7080 \
    parbench run strong --nodes 1,2 \
    --out results/parbench --continue
