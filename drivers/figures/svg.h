/*
 * Makes gnuplot's SVG half as long. It looks the same.
 */
#pragma once

/*
 * The same picture, which the caller frees. gnuplot says with each stroke again how all are drawn,
 * opens groups for nothing, names what each shows, and writes coordinates to a hundredth of a
 * pixel, which becomes a tenth. Text that is shown stays as it is.
 */
char *svg_shortened(const char *svg);
