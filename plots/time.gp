# Time against the axis on logarithmic axes, a line per model, with its 95 % interval; the ideal is
# the serial model's time divided by the workers. Told as layout.gp, widths.gp and values.gp say, all
# times in seconds, and:
#   base   serial's time; 0 where it has none

ideal(x) = base > 0 ? base / (team > 0 ? team : x) : NaN
joined = 0
ideal_title = base > 0 ? "ideal" : ""
width = 800
load plots."/layout.gp"
# Ticks have units, which take room.
left = left + (narrow ? 18 : 10)
if (!narrow) { text_left = left }
plot_width = width - left - 24
plot_height = narrow ? 266 : 346
height = top + plot_height + 70 + key_height

load plots."/style.gp"
load plots."/widths.gp"
binary = 0
unit = "s"
linear = 0
load plots."/values.gp"
load plots."/frame.gp"

plot $ideal using 1:2 with lines linetype 22, \
     for [i = 1:bands] data index i - 1 using (beside($1, i)):3:4 \
         with filledcurves linecolor style_of(i), \
     for [i = 1:series] data index i - 1 using (beside($1, i)):2:3:4 \
         with yerrorbars linetype style_of(i) dashtype solid linewidth 1.2 pointtype -1, \
     for [i = 1:series] data index i - 1 using (beside($1, i)):2 \
         with linespoints linetype style_of(i)
