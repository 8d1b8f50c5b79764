# What people have predicted beside what each of them has measured. Told as layout.gp says, without
# key, low, high and y_label, and, for an axis, over_unit, over_low, over_high and over_linear, see
# over.gp; and:
#   x_label    what is predicted
#   rows       how many people: a row for each. 0: they are too many, and are counted
#   names, longest   an array of what is written before each row, in the order of the data, and the
#              most letters of one; short_names, shortest: the same, for a narrow figure
#   most       the most people in a bin
#   predicted_middle, measured_middle   the medians; has_measured: whether there is the latter
# The data of rows are what was predicted, and median, low and high end of the interval of what was
# measured, NaN where there is none. Those of bins are two blocks, of what was predicted and of what
# was measured: both ends, and how many.

ideal_title = limit_title = ""
predicted_colour = "#d55e00"
measured_colour = "#0072b2"
key = '36 "predicted" 37 "measured'.(rows > 0 ? ', with its 95 % interval' : '').'" '
width = 800
load plots."/layout.gp"
name_size = 12
row_height = narrow ? 24 : 22
name_room = rows > 0 ? 0.6 * em * (narrow ? shortest : longest) : 0
# In bins half of the first number at the axis, and those at the other axis, stand there.
left = rows > 0 ? text_left + 12 + name_room : narrow ? 60 : 76
left = left < 2.2 * em ? 2.2 * em : left
plot_width = width - left - 30
plot_height = rows > 0 ? rows * row_height : 300
height = top + plot_height + 74 + key_height

load plots."/style.gp"
set linetype 36 linecolor rgb predicted_colour
set linetype 37 linecolor rgb measured_colour
set lmargin at screen x_of(left)
set rmargin at screen x_of(width - 30)
set tmargin at screen y_of(top)
set bmargin at screen y_of(top + plot_height)
unset key
widths = ""
load plots."/over.gp"
set xlabel x_label offset 0, raise
# There is no 0 on a logarithmic axis: it is at its beginning.
place(value) = over_linear || value > 0 ? value : first_x

if (rows > 0) {
    load plots."/key.gp"
    # Marks as they are in the rows, in place of the key's areas.
    do for [i = 1:entry_count] {
        unset object 200 + i
        mark_x = text_left + column_x[(i - 1) % key_columns + 1]
        mark_y = y_of(height - key_height - 4 + key_line * lines_before(i))
        if (i == 2) {
            set arrow 200 + i from screen x_of(mark_x), screen mark_y \
                to screen x_of(mark_x + 20), screen mark_y nohead linecolor rgb measured_colour \
                linewidth 2
        }
        set label 200 + i "" at screen x_of(mark_x + 10), screen mark_y \
            point pointtype (i == 1 ? 12 : 7) pointsize (i == 1 ? 1.5 * point : 0.65 * disc) \
            linecolor rgb (i == 1 ? predicted_colour : measured_colour) linewidth 2
    }
    set yrange [rows - 0.5:-0.5]
    set ytics () scale 0
    name_font = sprintf(",%g", name_size)
    do for [i = 1:rows] {
        name = narrow ? short_names[i] : names[i]
        set ytics add (name i - 1) font name_font
    }
    set border 1
    set grid xtics ytics
    plot data using (place($2)):0:(place($1) - place($2)):(0) \
             with vectors nohead linecolor rgb "#b5b5b5" linewidth 1.2, \
         data using (place($2)):0:(place($3)):(place($4)) \
             with xerrorbars linecolor rgb measured_colour linewidth 2 \
             pointtype 7 pointsize 0.65 * disc, \
         data using (place($1)):0 with points linecolor rgb predicted_colour linewidth 2 \
             pointtype 12 pointsize 1.5 * point
} else {
    load plots."/key.gp"
    # What was predicted stands above the line, what was measured hangs below it.
    set yrange [-1.08 * most:1.08 * most]
    step = most <= 5 ? 1 : 10.0 ** floor(log10(most / 2.0))
    step = most / step > 10 ? 5 * step : most / step > 4 ? 2 * step : step
    set ytics ()
    do for [i = -floor(most / step):floor(most / step)] {
        set ytics add (sprintf("%d", abs(i * step)) i * step)
    }
    set label 103 "students" at screen x_of(narrow ? 13 : 16), graph 0.5 center rotate by 90
    set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead front \
        linecolor rgb "#666666" linewidth 1
    set arrow 2 from place(predicted_middle), first 0 to place(predicted_middle), graph 1 \
        nohead front linetype 24
    if (has_measured) {
        set arrow 3 from place(measured_middle), first 0 to place(measured_middle), graph 0 \
            nohead front linetype 24
    }
    plot data index 0 using (place($1)):(0):(place($1)):(place($2)):(0):3 \
             with boxxyerror linecolor rgb predicted_colour fillstyle solid 0.85 noborder, \
         data index 1 using (place($1)):(0):(place($1)):(place($2)):(-$3):(0) \
             with boxxyerror linecolor rgb measured_colour fillstyle solid 0.85 noborder
}
