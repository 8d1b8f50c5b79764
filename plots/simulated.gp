# Simulated speedup against ranks on log2 axes: a dashed line per model with the band of its own error,
# and what was measured as points with their 95 % intervals. Told as layout.gp, widths.gp and values.gp
# say, and:
#   curves   how many models: a block each of what was simulated, then of what was measured
# Line types from 12 on are those of models from 2 on, dashed and with small points.

team = 0
cores = 1e9
boundaries = ''
ideal(x) = x
joined = 1
ideal_title = "ideal"
limit_title = ""
width = 800
load plots."/layout.gp"
plot_width = width - left - 24
plot_height = narrow ? 266 : 346
height = top + plot_height + 70 + key_height

load plots."/style.gp"
set linetype 12 linecolor rgb "#0072b2" linewidth 2.0 \
    pointtype 6 pointsize 0.7 * disc dashtype (12, 8)
set linetype 13 linecolor rgb "#009e73" linewidth 2.0 \
    pointtype 6 pointsize 0.7 * disc dashtype (12, 8)
set linetype 14 linecolor rgb "#cc79a7" linewidth 2.0 \
    pointtype 6 pointsize 0.7 * disc dashtype (12, 8)
set linetype 15 linecolor rgb "#e69f00" linewidth 2.0 \
    pointtype 6 pointsize 0.7 * disc dashtype (12, 8)
load plots."/widths.gp"
binary = 1
unit = ""
linear = 0
load plots."/values.gp"
load plots."/frame.gp"
set clip two # the ideal line has both ends outside

plot $ideal using 1:2 with lines linetype 22, \
     for [i = 1:curves] data index i - 1 using 1:3:4 \
         with filledcurves linecolor 11 + i fillstyle transparent solid 0.15, \
     for [i = 1:curves] data index i - 1 using 1:2 with linespoints linetype 11 + i, \
     for [i = 1:curves] data index curves + i - 1 using 1:2:3:4 \
         with yerrorbars linetype 1 + i dashtype solid linewidth 1.2
