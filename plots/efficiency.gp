# Efficiency against workers, a line per model, with its 95 % interval; the ideal is 1. Called by
# drivers/figures/figures.c:
#   gnuplot -d -c efficiency.gp KIND OUTPUT DATA TITLE CAPTION KEY WIDTHS \
#       "LOW HIGH CORES BASE UNIT [LINE-TYPE …]" Y-LABEL
# All as for speedup.gp. The axis begins at 0, so that what is lost can be seen as a share.

here = ARG0[1:strlen(ARG0) - strlen("efficiency.gp")]
kind = ARG1; output = ARG2; data = ARG3; heading = ARG4; caption = ARG5; key = ARG6; widths = ARG7
numbers = ARG8; high = real(word(ARG8, 2)); cores = real(word(ARG8, 3))
ideal(x) = 1
joined = 1
ideal_title = "ideal"
width = 800
load here."layout.gp"
height = (narrow ? 336 : 416) + top + key_height

load here."style.gp"
load here."widths.gp"
load here."frame.gp"
load here."laws.gp"
set label 103 ARG9 at screen x_of(narrow ? 13 : 16), graph 0.5 center rotate by 90
set yrange [0:high > 1.08 ? 1.02 * high : 1.1]
set ytics high > 2 ? 0.5 : 0.2

plot $ideal using 1:2 with lines linetype 22 title ideal_title, \
     for [i = 1:bands] data index i - 1 using (beside($1, i)):3:4 \
         with filledcurves linecolor style_of(i) notitle, \
     for [i = 1:series] data index i - 1 using (beside($1, i)):2:3:4 \
         with yerrorbars linetype style_of(i) dashtype solid linewidth 1.2 pointtype -1 notitle, \
     for [i = 1:laws] data index series + i - 1 using 1:3:4 \
         with filledcurves linecolor law_style(i) fillstyle transparent solid 0.1 notitle, \
     for [i = 1:laws] data index series + i - 1 using 1:(fitted($2, $5)) with lines \
         linetype law_style(i) dashtype solid linewidth 0.9 notitle, \
     for [i = 1:laws] data index series + i - 1 using 1:(beyond($2, $5)) with lines \
         linetype law_style(i) dashtype (10, 8) linewidth 0.9 notitle, \
     for [i = 1:series] data index i - 1 using (beside($1, i)):2 \
         with linespoints linetype style_of(i) title label_of(i)
