# A logarithmic axis of values with readable ticks over any range. Loaded by each script, which has
# set before:
#   low, high   the range that the data take

# A single value has no range of its own.
if (high / low < 1.5) {
    middle = sqrt(low * high)
    low = middle / sqrt(1.5)
    high = middle * sqrt(1.5)
}
margin = (high / low) ** 0.07
low = low / margin
high = high * margin
set logscale y 10
set yrange [low:high]
set ytics ()
mantissas = high / low < 3    ? "1 1.2 1.4 1.6 1.8 2 2.5 3 3.5 4 4.5 5 6 7 8 9" : \
            high / low < 12   ? "1 1.5 2 3 4 5 6 8" : \
            high / low < 1000 ? "1 2 5" : "1"
do for [decade = int(floor(log10(low))):int(ceil(log10(high)))] {
    do for [i = 1:words(mantissas)] {
        tick = real(word(mantissas, i)) * 10.0 ** decade
        if (tick >= low && tick <= high) { set ytics add (sprintf("%g", tick) tick) }
    }
}
