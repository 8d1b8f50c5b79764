# A logarithmic axis of values with readable ticks over any range. Loaded by each script, which has
# set before:
#   low, high     the range that the data take
#   binary        whether ticks are powers of 2, like the workers, once the range has some of them
#   is_time       whether they are seconds, and ticks have the unit in which they are 1 to 999
#   plot_height   in pixels
# and uses afterwards value_count, values[], the ticks, and value_text(), what stands at them.

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
set yrange [low:high]
set ytics ()
array values[100]
value_count = 0

# So many lines of text find room; ticks are 1 and each so many factors from it.
lines = plot_height / 18.0
octaves_of(ratio) = log(ratio) / log(2)
# Hardly longer than "0.125", for which there is room.
exponent(value) = int(floor(log10(value) + 1e-9))
number_text(value) = value > 0 && (value < 9e-4 || value >= 1e5) ? \
    sprintf("%ge%d", value / 10.0 ** exponent(value), exponent(value)) : sprintf("%g", value)
# A tick is a product, hardly more or less than it is called.
time_text(value) = value < 0.9e-6 ? sprintf("%g ns", value / 1e-9) : \
    value < 0.9e-3 ? sprintf("%g µs", value / 1e-6) : \
    value < 0.9 ? sprintf("%g ms", value / 1e-3) : number_text(value)." s"
value_text(value) = is_time ? time_text(value) : number_text(value)
mantissas = high / low < 3    ? "1 1.2 1.4 1.6 1.8 2 2.5 3 3.5 4 4.5 5 6 7 8 9" : \
            high / low < 12   ? "1 1.5 2 3 4 5 6 8" : \
            high / low < 1000 ? "1 2 5" : "1"
factor = binary && high / low >= 6 && high / low < 4096 && low > 0.1 ? 2.0 : 10.0
every = factor == 2.0 ? ceil(octaves_of(high / low) / lines) : \
    words(mantissas) > 1 ? 1 : ceil(log10(high / low) / lines)
if (factor == 2.0) { mantissas = "1" }
do for [power = int(floor(log(low) / log(factor))):int(ceil(log(high) / log(factor)))] {
    do for [i = 1:words(mantissas)] {
        tick = real(word(mantissas, i)) * factor ** power
        if (power % every == 0 && tick >= low && tick <= high) {
            set ytics add (value_text(tick) tick)
            value_count = value_count + 1
            values[value_count] = tick
        }
    }
}
