#!/bin/bash
# A run of parbench as a job of Slurm. Submit this with: sbatch FILE
# Submitted again, it goes on with the run where that was cut off. A run that
# is complete is only shown.
# Made by: parbench script slurm --cores 24 --time 2h -- strong
#SBATCH --job-name=parbench
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=24
#SBATCH --cpus-per-task=1
#SBATCH --hint=nomultithread
#SBATCH --exclusive
#SBATCH --mem=0
#SBATCH --time=02:00:00
#SBATCH --signal=B:TERM@120
#SBATCH --requeue
#SBATCH --output=%x-%j.out
#SBATCH --open-mode=append

# If mpirun or gnuplot is not found without modules, load them here:
# module load openmpi gnuplot

mkdir -p results || exit
# The job gets TERM 2 minutes before the limit: the run keeps what it has.
exec parbench run strong \
    --out results/parbench --continue
