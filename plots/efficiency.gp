# Efficiency against the axis, a line per model, with its 95 % interval; the ideal is 1. Told as
# layout.gp and widths.gp say. The y axis begins at 0, so that what is lost can be seen as a share.

ideal(x) = 1
joined = 1
ideal_title = "ideal"
width = 800
load plots."/layout.gp"
plot_width = width - left - 24
plot_height = narrow ? 266 : 346
height = top + plot_height + 70 + key_height

load plots."/style.gp"
load plots."/widths.gp"
load plots."/frame.gp"
load plots."/laws.gp"
set yrange [0:high > 1.08 ? 1.02 * high : 1.1]
set ytics high > 2 ? 0.5 : 0.2

plot $ideal using 1:2 with lines linetype 22, \
     for [i = 1:bands] data index i - 1 using (beside($1, i)):3:4 \
         with filledcurves linecolor style_of(i), \
     for [i = 1:series] data index i - 1 using (beside($1, i)):2:3:4 \
         with yerrorbars linetype style_of(i) dashtype solid linewidth 1.2 pointtype -1, \
     for [i = 1:laws] data index series + i - 1 using 1:3:4 \
         with filledcurves linecolor law_style(i) fillstyle transparent solid 0.1, \
     for [i = 1:laws] data index series + i - 1 using 1:(within($2, $5)) with lines \
         linetype law_style(i) dashtype solid linewidth 0.9, \
     for [i = 1:laws] data index series + i - 1 using 1:(beyond($2, $5)) with lines \
         linetype law_style(i) dashtype (10, 8) linewidth 0.9, \
     for [i = 1:series] data index i - 1 using (beside($1, i)):2 \
         with linespoints linetype style_of(i)
