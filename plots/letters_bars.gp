# A figure's bars in letters, for a terminal: a panel below the other one, a line for each bar. Told
#   data, heading    the file, and what it shows
#   titles           the panels' titles: words in quotes
#   series           how many bars the largest panel has
#   columns, rows    of the terminal
# A scale on which values differ by a large factor is logarithmic.

set terminal dumb noenhanced size columns, rows
set datafile separator tab
unset key
set tics nomirror out
set border 3
set yrange [series - 0.5:-0.5]
stats [*:*][*:*] data using 2 nooutput name "x"
set format x "%.0e"
origin = 0
if (x_min > 0 && x_max > 20 * x_min) { set logscale x 10; origin = x_min / 2 }
set xrange [origin:x_max * (origin > 0 ? 2 : 1.05)]
do for [i = 1:words(titles)] {
    set title heading.", ".word(titles, i)
    plot data index i - 1 using (origin):0:($2 - origin):(0):ytic(1) with vectors nohead
}
