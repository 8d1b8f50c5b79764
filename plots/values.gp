# An axis of values with readable ticks over any range. Loaded by each script, which has set before:
#   low, high     the range that the data take
#   binary        whether ticks are powers of 2, like the workers, once the range has some of them
#   unit          what they are in, see ticks.gp
#   linear        whether the axis begins at 0; else it is logarithmic
#   plot_height   in pixels
# and uses afterwards tick_count, tick_at[], the ticks, and tick_text(), what stands at them.

if (linear) {
    # What lies below 0 is seen, too.
    low = low < 0 ? low - 0.07 * (high - low) : 0
    high = high > 0 ? 1.07 * high : low < 0 ? 0.02 * -low : 1
} else {
    # A single value has no range of its own.
    if (high / low < 1.5) {
        middle = sqrt(low * high)
        low = middle / sqrt(1.5)
        high = middle * sqrt(1.5)
    }
    margin = (high / low) ** 0.07
    low = low / margin
    high = high * margin
    set logscale y binary ? 2 : 10
}
set yrange [low:high]
set ytics ()
tick_low = low
tick_high = high
tick_unit = unit
tick_linear = linear
tick_binary = binary
tick_most = plot_height / (linear ? 36.0 : 18.0)
load plots."/ticks.gp"
do for [i = 1:tick_count] { set ytics add (tick_text(tick_at[i]) tick_at[i]) }
