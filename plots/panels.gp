# Speedup, a panel per kernel, from zero, with what the cores allow as a dashed line. Told as
# layout.gp and widths.gp say, with a block per panel and model in the data, panel by panel, and:
#   panels   the panels' titles: words in quotes
#   styles   for each panel the line types of its blocks: words in quotes

workers(x) = team > 0 ? team : x
ideal(x) = workers(x) < cores ? workers(x) : cores
joined = 1
ideal_title = "ideal: min(workers, cores)"
samples = "lines"
width = words(panels) > 1 ? 920 : 800
load plots."/layout.gp"
columns = words(panels) > 1 && !narrow ? 2 : 1
rows = (words(panels) + columns - 1) / columns
plot_height = words(panels) > 1 ? 200 : narrow ? 240 : 300
panel_height = plot_height + 98
height = top + 8 + rows * panel_height + key_height

load plots."/style.gp"
load plots."/widths.gp"

# From halfway between the cores and the next count: there is nothing in between to be measured.
beyond = last_x
do for [i = count:1:-1] {
    if (team == 0 && width_of(i) > cores) { beyond = sqrt(cores * width_of(i)) }
}
if (beyond < first_x) { beyond = first_x }
if (beyond < last_x) {
    set object 1 rectangle from beyond, graph 0 to last_x, graph 1 behind \
        fillcolor rgb "#f3f0e6" fillstyle solid noborder
    roomy = !narrow && log(last_x / beyond) > 0.4 * columns * log(last_x / first_x) / 2
}

# The style of a series decides its place beside the others, so that it is the same in all panels.
place_of(style) = sum [i = 1:series] (style_of(i) == style ? i : 0)

load plots."/key.gp"

set multiplot
unset key
set yrange [0:1.25 * high]
set ytics autofreq
block = 0
do for [panel = 1:words(panels)] {
    column = (panel - 1) % columns
    row = (panel - 1) / columns
    panel_width = (width - left + 10.0) / columns
    panel_top = top + 22 + row * panel_height
    set lmargin at screen x_of(left + column * panel_width)
    set rmargin at screen x_of(left + (column + 1) * panel_width - 44)
    set tmargin at screen y_of(panel_top)
    set bmargin at screen y_of(panel_top + plot_height)
    if (beyond < last_x) {
        set label 1 roomy ? "more workers than cores" : "more workers\nthan cores" \
            at sqrt(beyond * last_x), graph 0.94 center font roomy ? ",10.5" : ",9" \
            textcolor rgb "#6b6552"
    }
    set label 2 word(panels, panel) at graph 0, graph 1 offset 0, 0.9 left font ",13" \
        textcolor rgb "#222222"
    set xlabel x_label offset 0, raise
    if (column == 0) {
        set label 3 y_label at screen x_of(narrow ? 13 : 16), graph 0.5 center rotate by 90
    } else {
        unset label 3
    }
    own = word(styles, panel)
    style(i) = int(word(own, i))
    plot $ideal using 1:2 with lines linetype 22, \
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
}

unset multiplot
