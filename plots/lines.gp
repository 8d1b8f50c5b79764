# An experiment's own quantity against the axis, or against another one, a line per series, with its
# 95 % interval, and lines beside it. Told as layout.gp, widths.gp or over.gp and values.gp say, and:
#   is_over           whether it is against another quantity than the axis
#   lines_of_series   how many lines beside each series, and
#   lines_of_all      beside all of them: what they are called is limit_title and ideal_title
# In the data, blocks of the former stand behind those of the series, one for each, then the latter.

ideal(x) = NaN
joined = 1
width = 800
load plots."/layout.gp"
# Ticks have units, which take room.
left = left + (unit eq "" ? 0 : narrow ? 18 : 10)
if (!narrow) { text_left = left }
plot_width = width - left - 24
plot_height = narrow ? 266 : 346
height = top + plot_height + 70 + key_height

load plots."/style.gp"
if (is_over) { team = 1 }
load plots."/".(is_over ? "over" : "widths").".gp"
binary = unit eq "B"
load plots."/values.gp"
load plots."/frame.gp"
own_style(i) = style_of((i - 1) % series + 1)
all_style(i) = i == 1 ? 24 : 22

plot for [i = 1:bands] data index i - 1 using (beside($1, i)):3:4 \
         with filledcurves linecolor style_of(i), \
     for [i = 1:lines_of_series * series] data index series + i - 1 using 1:2 with lines \
         linetype own_style(i) dashtype solid linewidth 0.9, \
     for [i = 1:lines_of_all] data index series * (1 + lines_of_series) + i - 1 using 1:2 \
         with lines linetype all_style(i), \
     for [i = 1:series] data index i - 1 using (beside($1, i)):2:3:4 \
         with yerrorbars linetype style_of(i) dashtype solid linewidth 1.2 pointtype -1, \
     for [i = 1:series] data index i - 1 using (beside($1, i)):2 \
         with linespoints linetype style_of(i)
