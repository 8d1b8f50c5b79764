# The axis of an experiment, most often of worker counts: log2, with ticks at what was measured.
# Loaded by each script, which has set before:
#   series     how many stand beside each other at each value
#   ideal(x)   what would ideally be reached there
#   plot_width of the plot, in pixels
#   joined     whether the ideal is a line also where there are few values
# and which has been told, by drivers/figures:
#   widths     the values of the axis, ascending
#   ticks      what stands below each: words in quotes
#   x_label    what they are
#   team       how many workers there are at all of them; 0: they are the workers
#   cores      of the machine
# and uses afterwards beside(x, i), width_of(i), count, apart, first_x, last_x and $ideal.

count = words(widths)
width_of(i) = real(word(widths, i))
octaves = log(width_of(count) / width_of(1)) / log(2)
gap = octaves > 0 ? octaves : 1
do for [i = 2:count] {
    step = log(width_of(i) / width_of(i - 1)) / log(2)
    gap = step < gap ? step : gap
}

# Between a few values there is room to draw the series side by side: else equal values would
# hide each other. A line that is drawn through many must be where it belongs.
apart = count <= 3 && series > 1
spread = apart ? 0.018 * (series - 1) * (octaves + 0.6) : 0
spread = spread > 0.45 * gap ? 0.45 * gap : spread
beside(x, i) = apart ? x * 2 ** (spread * ((i - 1.0) / (series - 1) - 0.5)) : x

flank = 0.5 * spread + 0.02 * (octaves + 0.6)
edge = octaves > 0 ? 0.06 * octaves + flank : 0.5
first_x = width_of(1) / 2 ** edge
last_x = width_of(count) * 2 ** edge
set logscale x 2
set xrange [first_x:last_x]
# Labels that would touch the one before are left out, among even steps evenly; their ticks stay.
set xtics () norotate
place_of_width(i) = plot_width * log(width_of(i) / first_x) / log(last_x / first_x)
label_half(i) = 0.3 * em * strlen(word(ticks, i)) + 2
touches(i, k) = place_of_width(i) - label_half(i) < place_of_width(k) + label_half(k) + 3
is_even = count > 2 && abs(octaves - gap * (count - 1)) < 1e-6
stride = 1
do for [i = 2:is_even ? count : 1] {
    if (i > stride && touches(i, i - stride)) { stride = stride + 1 }
}
labelled = 0
do for [i = 1:count] {
    if (labelled == 0 || (is_even ? (i - 1) % stride == 0 : !touches(i, labelled))) {
        set xtics add (word(ticks, i) width_of(i))
        labelled = i
    } else {
        set xtics add ("" width_of(i))
    }
}

# On the axes of all scripts the ideal is straight, but for a bend where cores end. Where series
# stand side by side, it is a level mark across them: against a slope, those on the left would look
# better than those on the right.
set print $ideal
if (count <= 3 && !joined) {
    do for [i = 1:count] {
        print sprintf("%.9g\t%.9g", width_of(i) / 2 ** flank, ideal(width_of(i)))
        print sprintf("%.9g\t%.9g", width_of(i) * 2 ** flank, ideal(width_of(i)))
        print ""
    }
} else {
    print sprintf("%.9g\t%.9g", first_x, ideal(first_x))
    if (cores > first_x && cores < last_x) { print sprintf("%.9g\t%.9g", cores, ideal(cores)) }
    print sprintf("%.9g\t%.9g", last_x, ideal(last_x))
}
unset print
