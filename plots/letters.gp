# A figure's lines in letters, for a terminal: the numbers of its TSV, without intervals. Told
#   data, heading    the file, and what it shows
#   series           how many lines, each a block that begins with its name
#   columns, rows    of the terminal
# An axis on which values differ by a large factor is logarithmic.

set terminal dumb noenhanced size columns, rows
set datafile separator tab
set title heading
set offsets graph 0.04, graph 0.04, graph 0, graph 0
set key bmargin left horizontal maxcols 2 Left reverse samplen 2 noautotitle
stats [*:*][*:*] data index 0:(series - 1) using 1 nooutput name "x"
stats [*:*][*:*] data index 0:(series - 1) using 2 nooutput name "y"
if (x_min > 0 && x_max >= 4 * x_min) { set logscale x (x_max > 100 * x_min ? 10 : 2) }
if (x_min > 0 && x_max > 100 * x_min) { set format x "%.0e" }
if (y_min > 0 && y_max > 20 * y_min) { set logscale y 10 } else { set yrange [0:*] }
plot for [i = 0:series - 1] data index i using 1:2 with linespoints title columnheader(1)
