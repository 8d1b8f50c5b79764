parbench: this is root, so mpirun gets --allow-run-as-root
