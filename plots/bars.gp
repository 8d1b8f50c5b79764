# An experiment's own quantity, a bar for each cell, the longest last, with its 95 % interval, and a
# panel for each kernel or value on the axis, below each other and with the same axis. Told as
# layout.gp says, and:
#   panels    the panels' titles: words in quotes
#   panel_of  for each bar the number of its panel,
#   models    what it is of: words in quotes
#   areas     its area type, and
#   shown     what it shows, as people read it: words in quotes
#   marks     for each panel a value of each of the lines across it; -1: there is none
#   unit, linear   as ticks.gp and values.gp have them
# The data have a block for each panel, and in it a line for each bar: what it is of, median, low and
# high end of the interval, NaN where there is none.

width = 800
load plots."/layout.gp"
bars = words(models)
panel_count = words(panels)
longest_model = 1
longest_shown = 1
do for [i = 1:bars] {
    length = strlen(word(models, i))
    longest_model = length > longest_model ? length : longest_model
    length = strlen(word(shown, i))
    longest_shown = length > longest_shown ? length : longest_shown
}
# Bars begin where the longest label ends. Where that would take too much from them, labels stand
# above their bars, in lines of their own; half of the first number at the axis stands to the left.
label_size = 12
room_for(length) = 0.6 * em * length
is_above = text_left + room_for(longest_model) > 0.4 * width
left = !is_above ? text_left + 12 + room_for(longest_model) : \
    text_left + 4 > room_for(4) ? text_left + 4 : room_for(4)
right = 28 + room_for(longest_shown)
plot_width = width - left - right
model_most = int((width - text_left - 24) / (0.6 * em))
row_height = is_above ? (narrow ? 20 : 18) : narrow ? 24 : 22
panel_head = 40
panel_foot = 44
array place[bars]
array panel_top[panel_count + 1]
array panel_rows[panel_count]
row = 0
panel = 0
next_top = top - 6
do for [i = 1:bars] {
    if (int(word(panel_of, i)) > panel) {
        if (panel > 0) {
            panel_rows[panel] = row
            next_top = next_top + panel_head + row * row_height + panel_foot
        }
        panel = panel + 1
        panel_top[panel] = next_top
        row = 0
    }
    if (is_above) { row = row + 0.15 + 0.9 * lines_of(word(models, i), model_most) }
    place[i] = row
    row = row + 1
}
panel_rows[panel] = row
height = next_top + panel_head + row * row_height + panel_foot + 26 + key_height

load plots."/style.gp"
load plots."/key.gp"

# A logarithmic axis begins at a power of ten below all bars: there is no 0 on it.
if (linear) {
    first_x = low < 0 ? 1.05 * low : 0
    last_x = high > 0 ? 1.03 * high : 1
} else {
    first_x = 10.0 ** floor(log10(low / 1.3))
    last_x = 1.1 * high
    set logscale x 10
}
set xrange [first_x:last_x]
tick_low = first_x
tick_high = last_x
tick_unit = unit
tick_linear = linear
tick_binary = unit eq "B"
tick_most = plot_width / (5.5 * em)
load plots."/ticks.gp"
set xtics ()
do for [i = 1:tick_count] { set xtics add (tick_text(tick_at[i]) tick_at[i]) }
set border 1
set grid xtics noytics
set ytics () scale 0
unset key
half = 0.34
begin = linear ? 0 : first_x
label_font = sprintf(",%g", label_size)
each_marks = panel_count > 0 ? words(marks) / panel_count : 0

set multiplot
first = 1
do for [panel = 1:panel_count] {
    last = first
    while (last < bars && int(word(panel_of, last + 1)) == panel) { last = last + 1 }
    set lmargin at screen x_of(left)
    set rmargin at screen x_of(width - right)
    set tmargin at screen y_of(panel_top[panel] + panel_head)
    set bmargin at screen y_of(panel_top[panel] + panel_head + panel_rows[panel] * row_height)
    set yrange [panel_rows[panel] - 0.5:-0.5]
    set label 2 word(panels, panel) at screen x_of(text_left), \
        screen y_of(panel_top[panel] + 24) left font ",13" textcolor rgb "#222222"
    set ytics ()
    if (is_above) { unset ytics }
    do for [i = first:last] {
        if (is_above) {
            set label 1000 + i wrapped(word(models, i), model_most) at screen x_of(text_left), \
                first place[i] - 0.1 - 0.9 * lines_of(word(models, i), model_most) left \
                font label_font textcolor rgb "#222222"
        } else {
            set ytics add (word(models, i) place[i]) font label_font
        }
        set label 3000 + i word(shown, i) at screen x_of(width - 16), first place[i] right \
            font label_font textcolor rgb "#222222"
    }
    do for [k = 1:each_marks] {
        at = real(word(marks, (panel - 1) * each_marks + k))
        if (at > first_x && at < last_x) {
            set arrow 10 + k from at, graph 0 to at, graph 1 nohead front \
                linetype (k == 1 ? 24 : 22)
        }
    }
    if (panel == panel_count) { set xlabel x_label offset 0, raise }
    plot data index panel - 1 \
             using (begin):(place[first + int($0)]):(begin):2:(place[first + int($0)] - half): \
                   (place[first + int($0)] + half):(int(word(areas, first + int($0)))) \
             with boxxyerror linecolor variable fillstyle solid 1 noborder, \
         data index panel - 1 using 2:(place[first + int($0)]):3:4 \
             with xerrorbars linecolor rgb "#111111" linewidth 1.2 pointtype -1
    # The figure's title and key would be drawn again in every panel.
    unset label
    unset arrow
    if (panel == 1) { do for [i = 1:entry_count] { if (is_box(i)) { unset object 200 + i } } }
    first = last + 1
}
unset multiplot
