# Speedup on log2 axes, a panel per kernel side by side, all with the same axes, and one key. What
# the cores allow is a dashed line, and what limits a kernel a dotted one. Told as layout.gp,
# limits.gp, widths.gp and values.gp say, with a block per panel and model in the data, panel by
# panel, and:
#   panels   the panels' titles, "kernel" or "kernel: more": words in quotes
#   styles   for each panel the line types of its blocks: words in quotes

goes_beyond = real(word(widths, words(widths))) > cores && team == 0
workers(x) = team > 0 ? team : x
ideal(x) = (goes_beyond || team > 0) && workers(x) > cores ? cores : workers(x)
joined = 1
ideal_title = goes_beyond || team > 0 ? "ideal: min(workers, cores)" : "ideal"
if (goes_beyond) { key = key.'35 "more workers than cores" ' }
panel_count = words(panels)
width = panel_count > 1 ? 1080 : 800
load plots."/layout.gp"
if (goes_beyond) { series = series - 1 }
# As many in each row as in the others, or one less in some, and at most four.
row_most = narrow ? 2 : 4
rows = (panel_count + row_most - 1) / row_most
columns = (panel_count + rows - 1) / rows
left = narrow ? 64 : left
right = 20
apart_by = narrow ? 16 : 24
plot_width = (width - left - right - apart_by * (columns - 1.0)) / columns
plot_height = panel_count > 1 ? (narrow ? 170 : 220) : narrow ? 240 : 300
title_height = (narrow ? 66 : 46) + (boundaries ne "" ? 18 : 0)
row_height = title_height + plot_height + 34
top = top - 10
height = top + rows * row_height + 40 + key_height

load plots."/style.gp"
load plots."/widths.gp"
binary = 1
unit = ""
linear = 0
load plots."/values.gp"

# From halfway between the cores and the next value: there is nothing in between to be measured.
beyond = last_x
do for [i = words(widths):1:-1] {
    if (goes_beyond && width_of(i) > cores) { beyond = sqrt(cores * width_of(i)) }
}
if (beyond < first_x) { beyond = first_x }
if (beyond < last_x) {
    set object 1 rectangle from beyond, graph 0 to last_x, graph 1 behind \
        fillcolor linetype 35 fillstyle solid noborder
}

# The style of a series decides its place beside the others, so that it is the same in all panels; those
# that share one stand where the first of them does.
first_from(i, style) = i >= series || style_of(i) == style ? i : first_from(i + 1, style)
place_of(style) = first_from(1, style)

load plots."/boundaries.gp"
load plots."/limits.gp"
load plots."/key.gp"

set multiplot
unset key
block = 0
do for [panel = 1:panel_count] {
    column = (panel - 1) % columns
    row = (panel - 1) / columns
    panel_left = left + column * (plot_width + apart_by)
    panel_top = top + row * row_height + title_height
    set lmargin at screen x_of(panel_left)
    set rmargin at screen x_of(panel_left + plot_width)
    set tmargin at screen y_of(panel_top)
    set bmargin at screen y_of(panel_top + plot_height)
    title = word(panels, panel)
    behind = strstrt(title, ": ")
    more = behind > 0 ? title[behind + 2:*] : ""
    comma = narrow ? strstrt(more, ", ") : 0
    if (comma > 0) { more = more[1:comma]."\n".more[comma + 2:*] }
    set label 2 behind > 0 ? title[1:behind - 1] : title \
        at screen x_of(panel_left), screen y_of(panel_top - title_height + 16) left font ",13" \
        textcolor rgb "#222222"
    set label 3 more \
        at screen x_of(panel_left), screen y_of(panel_top - title_height + 33) left \
        font narrow ? ",12" : ",10.5" textcolor rgb "#555555"
    if (column == 0) {
        set label 4 y_label at screen x_of(narrow ? 13 : 16), graph 0.5 center rotate by 90
    }
    set ytics ()
    do for [i = 1:tick_count] {
        set ytics add (column == 0 ? tick_text(tick_at[i]) : "" tick_at[i])
    }
    if (panel + columns > panel_count) { set xlabel x_label offset 0, raise }
    do for [i = 1:boundary_count] {
        if (is_within(i)) {
            set arrow 10 + i from boundary_x(i), graph 0 to boundary_x(i), graph 1 nohead linetype 23
            set label 10 + i boundary_text(i) at boundary_x(i), graph 1 center offset 0, 0.5 \
                font sprintf(",%g", small) textcolor rgb "#555555"
        }
    }
    own = word(styles, panel)
    style(i) = int(word(own, i))
    plot $ideal using 1:2 with lines linetype 22, \
         for [i = 1:limit_lines(panel)] data index limit_block(panel) using 1:2 \
             with lines linetype 24, \
         for [i = 1:words(own)] \
             data index block + i - 1 using (beside($1, place_of(style(i)))):2:3:4 \
             with yerrorbars linetype style(i) dashtype solid linewidth 1.2 pointtype -1, \
         for [i = words(own):1:-1] \
             data index block + i - 1 using (beside($1, place_of(style(i)))):2 \
             with linespoints linetype style(i)
    block = block + words(own)
    # The figure's title and key would be drawn again in every panel.
    unset label
    unset arrow
    if (panel == 1) { do for [i = 1:entry_count] { if (is_box(i)) { unset object 200 + i } } }
}
unset multiplot
