/*
 * What a cell's program and the front door agree on.
 */
#ifndef PROTOCOL_H
#define PROTOCOL_H

/* Tells a cell's own lines from whatever mpirun or a library prints. */
#define PROTOCOL_PREFIX "@parbench "

/* Programs of cells are called this, then the model's name. */
#define PROTOCOL_CELL "parbench-cell-"

#endif
