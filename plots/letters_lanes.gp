# Who computed what when, in letters, for a terminal: a lane for each worker. Told
#   data, heading    the file, and what it shows
#   series           how many lanes, each a block that begins with its worker
#   columns, rows    of the terminal

set terminal dumb noenhanced size columns, rows
set datafile separator tab
set title heading
set key bmargin left vertical maxrows 8 Left reverse samplen 2 noautotitle
set tics nomirror out
set border 3
set xlabel "ms"
set yrange [series - 0.5:-0.5]
unset ytics
plot for [i = 0:series - 1] data index i using (1000 * $1):(i):(1000 * ($2 - $1)):(0) \
    with vectors nohead linetype i + 1 title columnheader(1)
