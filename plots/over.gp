# An axis of another quantity than an experiment varies. Loaded by the scripts of lines in place of
# widths.gp, which have set before:
#   plot_width    in pixels
# and which have been told, by drivers/figures:
#   over_low, over_high   the range that the points take
#   over_unit     what it is in, see ticks.gp
#   over_linear   whether the axis begins at 0; else it is logarithmic
# It sets what widths.gp does for those that are loaded after it.

count = words(widths)
width_of(i) = real(word(widths, i))
apart = 0
beside(x, i) = x
if (over_linear) {
    first_x = over_low < 0 ? 1.07 * over_low : 0
    last_x = over_high > 0 ? 1.07 * over_high : 1
} else {
    if (over_high / over_low < 1.5) {
        middle = sqrt(over_low * over_high)
        over_low = middle / sqrt(1.5)
        over_high = middle * sqrt(1.5)
    }
    margin = (over_high / over_low) ** 0.05
    first_x = over_low / margin
    last_x = over_high * margin
    set logscale x 10
}
set xrange [first_x:last_x]
tick_low = first_x
tick_high = last_x
tick_unit = over_unit
tick_linear = over_linear
tick_binary = over_unit eq "B"
tick_most = plot_width / (5.5 * em)
load plots."/ticks.gp"
set xtics () norotate
do for [i = 1:tick_count] { set xtics add (tick_text(tick_at[i]) tick_at[i]) }
