# Readable ticks over any range. Loaded by values.gp and over.gp, which have set before:
#   tick_low, tick_high   the range
#   tick_unit      what it is in, and ticks have the prefix with which they are readable: "s", "B",
#                  "B/s"; "" of plain numbers
#   tick_linear    whether it begins at 0, or at what is less; else it is logarithmic, and above 0
#   tick_binary    whether ticks are powers of 2, like the workers, once the range has some of them
#   tick_most      how many find room
# and use afterwards tick_count, tick_at[], and tick_text(), what stands at them.

array tick_at[100]
tick_count = 0
# Hardly longer than "0.125", for which there is room.
exponent(value) = int(floor(log10(value) + 1e-9))
number_text(value) = value > 0 && (value < 9e-4 || value >= 1e5) ? \
    sprintf("%ge%d", value / 10.0 ** exponent(value), exponent(value)) : sprintf("%g", value)
# A tick is a product, hardly more or less than it is called.
time_text(value) = value < 0.9e-6 ? sprintf("%g ns", value / 1e-9) : \
    value < 0.9e-3 ? sprintf("%g µs", value / 1e-6) : \
    value < 0.9 ? sprintf("%g ms", value / 1e-3) : number_text(value)." s"
bytes_text(value) = value < 1000 ? sprintf("%g B", value) : \
    value < 1000 * 2.0 ** 10 ? sprintf("%g KiB", value / 2.0 ** 10) : \
    value < 1000 * 2.0 ** 20 ? sprintf("%g MiB", value / 2.0 ** 20) : \
    sprintf("%g GiB", value / 2.0 ** 30)
rate_text(value) = value < 0.9e6 ? sprintf("%g kB/s", value / 1e3) : \
    value < 0.9e9 ? sprintf("%g MB/s", value / 1e6) : sprintf("%g GB/s", value / 1e9)
tick_text(value) = abs(value) < 1e-300 ? "0" : \
    value < 0 ? "-".(tick_unit eq "s" ? time_text(-value) : number_text(-value)) : \
    tick_unit eq "s" ? time_text(value) : tick_unit eq "B" ? bytes_text(value) : \
    tick_unit eq "B/s" ? rate_text(value) : number_text(value)

tick_octaves = tick_linear ? 1 : log(tick_high / tick_low) / log(2)
mantissas = tick_linear               ? "" : \
            tick_high / tick_low < 3    ? "1 1.2 1.4 1.6 1.8 2 2.5 3 3.5 4 4.5 5 6 7 8 9" : \
            tick_high / tick_low < 12   ? "1 1.5 2 3 4 5 6 8" : \
            tick_high / tick_low < 1000 ? "1 2 5" : "1"
# Bytes come in powers of 2 over any range.
factor = tick_binary && !tick_linear && tick_low > 0.1 && (tick_unit eq "B" || \
    (tick_high / tick_low >= 6 && tick_high / tick_low < 4096)) ? 2.0 : 10.0
every = tick_linear ? 1 : factor == 2.0 ? ceil(tick_octaves / tick_most) : \
    words(mantissas) > 1 ? 1 : ceil(log10(tick_high / tick_low) / tick_most)
# 1, 32, 1024, where all of them are too many.
if (tick_unit eq "B" && every > 2) { every = every <= 5 ? 5 : 10 }
if (factor == 2.0) { mantissas = "1" }
if (tick_linear) {
    tick_span = tick_high - tick_low
    tick_power = 10.0 ** floor(log10(tick_span / tick_most))
    tick_step = tick_span / tick_power <= tick_most ? tick_power : \
        tick_span / tick_power / 2 <= tick_most ? 2 * tick_power : \
        tick_span / tick_power / 5 <= tick_most ? 5 * tick_power : 10 * tick_power
    do for [k = int(ceil(tick_low / tick_step - 1e-9)):int(floor(tick_high / tick_step + 1e-9))] {
        tick_count = tick_count + 1
        tick_at[tick_count] = k * tick_step
    }
} else {
    do for [power = int(floor(log(tick_low) / log(factor))):int(ceil(log(tick_high) / log(factor)))] {
        do for [i = 1:words(mantissas)] {
            tick = real(word(mantissas, i)) * factor ** power
            if (power % every == 0 && tick >= tick_low && tick <= tick_high && tick_count < 100) {
                tick_count = tick_count + 1
                tick_at[tick_count] = tick
            }
        }
    }
}
