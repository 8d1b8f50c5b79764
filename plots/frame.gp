# The frame of a figure with one plot: margins, key, labels of the axes, the marks of the cores where
# workers go beyond them, or of the nodes that they fill. Loaded after widths.gp.

set lmargin at screen x_of(left)
set rmargin at screen x_of(width - 24)
set tmargin at screen y_of(top)
set bmargin at screen y_of(height - key_height - 70)
unset key
load plots."/key.gp"
set xlabel x_label offset 0, raise
load plots."/boundaries.gp"
do for [i = 1:boundary_count] {
    if (team == 0 && is_within(i)) {
        set arrow 1 + i from boundary_x(i), graph 0 to boundary_x(i), graph 1 nohead linetype 23
        set label 1 + i boundary_text(i) at boundary_x(i), graph 1 center offset 0, 0.5 \
            font sprintf(",%g", small) textcolor rgb "#555555"
    }
}
if (boundary_count == 0 && team == 0 && width_of(count) > cores && cores >= first_x) {
    set arrow 1 from cores, graph 0 to cores, graph 1 nohead linetype 23
    set label 1 sprintf("%g core%s", cores, cores == 1 ? "" : "s") at cores, graph 1 center \
        offset 0, 0.5 \
        font sprintf(",%g", small) textcolor rgb "#555555"
}
# Between a few points, a band says no more than the bars at its ends.
bands = apart ? 0 : series
set label 103 y_label at screen x_of(narrow ? 13 : 16), graph 0.5 center rotate by 90
