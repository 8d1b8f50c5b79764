# Where the time of all workers went: a bar for each cell, from what was useful to what was lost to
# each factor. Told as layout.gp says. The data have a line for each cell: its label, then the shares
# of the workers' time, in per cent, that were useful, extra or slower computing, waiting for the
# slowest, and communication; and 1 where instrumenting perturbed the execution.

key = "1 useful" # layout.gp wants one; this figure has its own
ideal_title = ""
width = 800
load plots."/layout.gp"
stats data using 2 nooutput
bars = int(STATS_records)
row_height = 26
key_height = 19 * (narrow ? 4 : 2)
# The bars begin where the longest label ends, which may be as long as they are.
stats data using (strlen(strcol(1))) nooutput
label_size = narrow ? 10.5 : 12
left = 24 + 0.64 * label_size * STATS_max
left = left < text_left + 24 ? text_left + 24 : left > 0.6 * width ? 0.6 * width : left
height = top + bars * row_height + 68 + key_height

load plots."/style.gp"

set lmargin at screen x_of(left)
set rmargin at screen x_of(width - 40)
set tmargin at screen y_of(top)
set bmargin at screen y_of(top + bars * row_height)
set key at screen x_of(text_left), y_of(height - key_height - 8) left top horizontal Left reverse \
    samplen 1.2 spacing line maxcols narrow ? 1 : 2
set xrange [0:100]
set yrange [bars - 0.5:-0.5]
set xtics 0, 20, 100 format "%g %%"
label_font = sprintf(",%g", label_size)
set ytics scale 0 font label_font
set border 1
set grid xtics noytics
set xlabel "share of all workers' time" offset 0, raise
set style fill solid 1 noborder
half = 0.36
start(i) = i == 2 ? 0 : sum [k = 2:i - 1] column(k)

array colours[4] = ["#009e73", "#56b4e9", "#e69f00", "#b5b5b5"]
array names[4] = ["useful", "extra or slower computing", "waiting for the slowest", \
    "communication, locks, hand-over"]
plot for [i = 2:5] data using (start(i)):0:(start(i)):(start(i) + column(i)):($0 - half): \
         ($0 + half):ytic(1) with boxxyerror linecolor rgb colours[i - 1] title names[i - 1], \
     data using (2):0:($2 * (width - 40 - left) >= 3500 ? sprintf("%.0f %%", $2) : "") with labels left \
         textcolor rgb "white" font ",11" notitle
