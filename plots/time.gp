# Time against workers on logarithmic axes, a line per model, with its 95 % interval; the ideal is
# the serial model's time divided by the workers. Called by drivers/figures/figures.c:
#   gnuplot -d -c time.gp KIND OUTPUT DATA TITLE CAPTION KEY WIDTHS \
#       "LOW HIGH CORES BASE UNIT" Y-LABEL
# All times in seconds; UNIT is how many of them the axis shows as 1, BASE 0 where serial has no
# time. DATA and KEY as for speedup.gp.

here = ARG0[1:strlen(ARG0) - strlen("time.gp")]
kind = ARG1; output = ARG2; data = ARG3; heading = ARG4; caption = ARG5; key = ARG6; widths = ARG7
cores = real(word(ARG8, 3)); unit = real(word(ARG8, 5))
low = real(word(ARG8, 1)) / unit; high = real(word(ARG8, 2)) / unit
base = real(word(ARG8, 4)) / unit
ideal(x) = base > 0 ? base / x : NaN
joined = 0
ideal_title = "ideal"
width = 800
load here."layout.gp"
height = (narrow ? 336 : 416) + top + key_height

load here."style.gp"
load here."widths.gp"
load here."values.gp"
load here."frame.gp"
set label 103 ARG9 at screen x_of(narrow ? 13 : 16), graph 0.5 center rotate by 90

plot $ideal using 1:2 with lines linetype 22 title ideal_title, \
     for [i = 1:bands] data index i - 1 using (beside($1, i)):($3 / unit):($4 / unit) \
         with filledcurves linecolor style_of(i) notitle, \
     for [i = 1:series] data index i - 1 using (beside($1, i)):($2 / unit):($3 / unit):($4 / unit) \
         with yerrorbars linetype style_of(i) dashtype solid linewidth 1.2 pointtype -1 notitle, \
     for [i = 1:series] data index i - 1 using (beside($1, i)):($2 / unit) \
         with linespoints linetype style_of(i) title label_of(i)
