# A value over two others, as colours on a grid of points. Told as layout.gp says, without key, low,
# high and y_label, and:
#   x_label, y_label, z_label   what the first three columns of the numbers are
#   x_low, x_high, …            the range of each
#   per_row, rows               points in a row of the grid, and how many rows there are

key = '31 "none" ' # which is not drawn
ideal_title = limit_title = ""
width = 720
load plots."/layout.gp"
left = left + (narrow ? 6 : 0)
text_left = narrow ? 12 : left
right = narrow ? 30 : 40
plot_width = width - left - right
plot_height = narrow ? 0.8 * plot_width : 0.66 * plot_width
bar_top = top + plot_height + 74
height = bar_top + (narrow ? 78 : 66)

load plots."/style.gp"
set lmargin at screen x_of(left)
set rmargin at screen x_of(width - right)
set tmargin at screen y_of(top)
set bmargin at screen y_of(top + plot_height)
unset key
unset grid

# A point's colour fills the way to its neighbours, half of it each.
half_x = per_row > 1 ? 0.5 * (x_high - x_low) / (per_row - 1) : 0.5 * (x_high == 0 ? 1 : abs(x_high))
half_y = rows > 1 ? 0.5 * (y_high - y_low) / (rows - 1) : 0.5 * (y_high == 0 ? 1 : abs(y_high))
set xrange [x_low - half_x:x_high + half_x]
set yrange [y_low - half_y:y_high + half_y]
# Colours begin at 0 where the values nearly do.
if (z_low > 0 && z_low < 0.05 * z_high) { z_low = 0.0 }
z_range = z_high > z_low ? z_high - z_low : 1.0
set cbrange [z_low:z_low + z_range]
set xlabel x_label offset 0, raise
set label 103 y_label at screen x_of(narrow ? 13 : 16), graph 0.5 center rotate by 90

# Even steps of lightness, which the colour-blind can tell apart, too: viridis. (N. Smith, S. van der
# Walt, 2015.)
set palette maxcolors 64 defined (0 "#440154", 1 "#472d7b", 2 "#3b528b", 3 "#2c728e", \
    4 "#21918c", 5 "#28ae80", 6 "#5ec962", 7 "#addc30", 8 "#fde725")
set colorbox horizontal user origin screen x_of(left), screen y_of(bar_top + 14) \
    size screen plot_width / real(width), screen 14.0 / height noborder
set style fill solid 1 noborder
set cblabel z_label offset 0, raise
# Marks of the colours at 1, 2 or 5 times a power of ten, at least three or four of them.
steps = narrow ? 2 : 3
power = 10.0 ** floor(log10(z_range / steps))
step = z_range / (5 * power) >= steps ? 5 * power : \
    z_range / (2 * power) >= steps ? 2 * power : power
grouped(v) = v >= 1e6 ? sprintf("%d %03d %03d", v / 1e6, int(v / 1e3) % 1000, int(v) % 1000) : \
    sprintf("%d %03d", v / 1e3, int(v) % 1000)
text_of(v) = v < 1e4 || v >= 2e9 ? sprintf("%.6g", v) : grouped(v)
set cbtics scale tic
set cbtics ()
do for [i = int(ceil(z_low / step)):int(floor((z_low + z_range) / step))] {
    set cbtics add (text_of(i * step) i * step)
}

# An image is small, and browsers smooth it; of few points, each is a rectangle, which reaches a
# little below the next ones, lest light shines through.
few = per_row < 2 || rows < 2 || per_row * rows <= 400
over(half) = 1.02 * half
if (few) {
    plot data using 1:2:($1 - half_x):($1 + over(half_x)):($2 - half_y):($2 + over(half_y)):3 \
        with boxxyerror linecolor palette
} else {
    plot data using 1:2:3 with image
}
