# Speedup against the axis on log2 axes, a line per model, with its 95 % interval and the ideal line.
# Told as layout.gp, limits.gp, widths.gp and values.gp say.

ideal(x) = team > 0 ? team : x
joined = 0
ideal_title = "ideal"
width = 800
load plots."/layout.gp"
plot_width = width - left - 24
plot_height = narrow ? 266 : 346
height = top + plot_height + 70 + key_height

load plots."/style.gp"
load plots."/widths.gp"
binary = 1
unit = ""
linear = 0
load plots."/values.gp"
load plots."/frame.gp"
load plots."/laws.gp"
load plots."/limits.gp"

plot $ideal using 1:2 with lines linetype 22, \
     for [i = 1:limit_lines(1)] data index limit_block(1) using 1:2 with lines linetype 24, \
     for [i = 1:limit_marks(1)] data index limit_block(1) \
         using (mark_from($1)):2:(mark_length($1)):(0) with vectors nohead linetype 24, \
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
