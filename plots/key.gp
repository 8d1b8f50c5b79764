# The key, below the plot, entry by entry where layout.gp has reserved room for it: what gnuplot
# itself leaves out when a label is long would be missed. Loaded after style.gp; its labels, arrows
# and objects have tags from 200 on.

do for [i = 1:entry_count] {
    entry_x = text_left + column_x[(i - 1) % key_columns + 1]
    entry_y = y_of(height - key_height - 4 + key_line * lines_before(i))
    if (is_box(i)) {
        set object 200 + i rectangle \
            from screen x_of(entry_x), screen entry_y + y_of(height - 6) \
            to screen x_of(entry_x + sample_width - 10), screen entry_y - y_of(height - 6) \
            fillcolor linetype entry_style(i) fillstyle solid 1 noborder
    } else {
        set arrow 200 + i from screen x_of(entry_x), screen entry_y \
            to screen x_of(entry_x + 36), screen entry_y nohead linetype entry_style(i)
        if (entry_style(i) != 22 && entry_style(i) != 24) {
            set label 200 + i "" at screen x_of(entry_x + 18), screen entry_y \
                point linetype entry_style(i)
        }
    }
    set label 400 + i wrapped(entry_text(i), entry_most) \
        at screen x_of(entry_x + sample_width), screen entry_y left textcolor rgb "#222222"
}
