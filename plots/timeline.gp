# Who computed which piece when: a lane for each worker of an execution, and one execution below the
# other, all on one scale. Told as layout.gp says, without key, low, high and y_label, and:
#   titles    for each execution what it is of: words in quotes
#   walls     what each took, in seconds, and
#   totals    the same as people read it: words in quotes
#   lanes     of each execution
#   names     for each lane whose it is: words in quotes
#   cores     and ", core 3", or nothing
#   shares    and the share of its time in which it computed or combined
#   last_wall the longest of `walls`, unit, scale: of the axis, and how many of it a second has
#   combines  whether there is a piece that combines
# The data have a block for each lane: of each piece its begin and its end in seconds, its first item
# and the one behind its last, how many, its time without gaps, 1 where it combines, and where its
# items begin and end in the range, from 0 to 1.

key = '36 "combines partials" '
ideal_title = limit_title = ""
width = 800
load plots."/layout.gp"
panels = words(lanes)
lane_count = words(names)
lanes_of(p) = int(word(lanes, p))
name_of(i) = narrow ? word(names, i) : word(names, i).word(cores, i)
longest_name = 1
do for [i = 1:lane_count] {
    longest_name = strlen(name_of(i)) > longest_name ? strlen(name_of(i)) : longest_name
}
# Many lanes are lower, and every so many of them has a name.
lane_height = lane_count <= 12 ? 26 : lane_count <= 32 ? 18 : 11
name_step = lane_height >= 15 ? 1 : 2
left = text_left = narrow ? 12 : 24
left = left + 0.56 * em * longest_name + 14
right = 56
title_height = 30
# A title of an execution has as many lines as it needs.
title_most = int((width - text_left - 24) / (0.56 * em)) - 12
array place[lane_count]
array heading_place[panels]
array first_lane[panels + 1]
first_lane[1] = 1
used = -8
do for [p = 1:panels] {
    heading_place[p] = used + title_height - 10 # of its first line
    used = used + title_height + 17 * (lines_of(word(titles, p), title_most) - 1)
    first_lane[p + 1] = first_lane[p] + lanes_of(p)
    do for [i = first_lane[p]:first_lane[p + 1] - 1] {
        place[i] = used + 0.5 * lane_height
        used = used + lane_height
    }
    used = used + (p < panels ? 8 : 4)
}
legend_height = 34
height = top + used + 58 + legend_height

load plots."/style.gp"
set lmargin at screen x_of(left)
set rmargin at screen x_of(width - right)
set tmargin at screen y_of(top)
set bmargin at screen y_of(top + used)
unset key
unset colorbox
plot_width = width - left - right
set xrange [0:1.0 * last_wall * scale]
set yrange [used:0]
set border 1
set grid noxtics noytics
unset ytics
set format x "%g"
set xtics autofreq
set xlabel "time since the execution began, ".unit offset 0, raise

# Even steps of lightness, which the colour-blind can tell apart, too: viridis, without its lightest
# end. (N. Smith, S. van der Walt, 2015.)
set palette maxcolors 192 defined (0 "#440154", 1 "#482475", 2 "#414487", 3 "#355f8d", \
    4 "#2a788e", 5 "#21918c", 6 "#22a884", 7 "#44bf70", 8 "#7ad151")
set cbrange [0:1]
combine_colour = "#d55e00"

pixel = last_wall * scale / plot_width
half = 0.5 * lane_height - (lane_height > 15 ? 3 : 1.5)
do for [p = 1:panels] {
    wall = real(word(walls, p)) * scale
    set label 1000 + p wrapped(word(titles, p), title_most).": ".word(totals, p) \
        at screen x_of(text_left), first heading_place[p] left textcolor rgb "#222222"
    if (p == 1) {
        set label 900 "busy" at screen x_of(width - right + 50), first heading_place[p] right \
            font sprintf(",%g", small) textcolor rgb "#555555"
    }
    do for [i = first_lane[p]:first_lane[p + 1] - 1] {
        set object 1000 + i rectangle from 0, place[i] - half to wall, place[i] + half behind \
            fillcolor rgb "#ececec" fillstyle solid 1 noborder
        if ((i - first_lane[p]) % name_step == 0) {
            set label 2000 + i name_of(i) at screen x_of(left - 8), first place[i] right \
                font sprintf(",%g", small) textcolor rgb "#222222"
            set label 4000 + i word(shares, i) at screen x_of(width - right + 50), \
                first place[i] right font sprintf(",%g", small) textcolor rgb "#222222"
        }
    }
}

# What the colours mean.
legend_y(pixels) = y_of(height - legend_height + 12 + pixels)
legend_left = text_left
steps = 24
bar_left = legend_left + 0.56 * em * 10
bar_width = 120
set label 901 "first item" at screen x_of(legend_left), screen legend_y(0) left \
    font sprintf(",%g", small) textcolor rgb "#222222"
do for [i = 1:steps] {
    set object 100 + i rectangle \
        from screen x_of(bar_left + bar_width * (i - 1.0) / steps), screen legend_y(-6) \
        to screen x_of(bar_left + bar_width), screen legend_y(6) \
        fillcolor palette fraction (i - 0.5) / steps fillstyle solid 1 noborder
}
set label 902 "last item" at screen x_of(bar_left + bar_width + 8), screen legend_y(0) left \
    font sprintf(",%g", small) textcolor rgb "#222222"
if (combines) {
    combine_left = bar_left + bar_width + 0.56 * em * 10 + 28
    set object 200 rectangle from screen x_of(combine_left), screen legend_y(-6) \
        to screen x_of(combine_left + 18), screen legend_y(6) \
        fillcolor rgb combine_colour fillstyle solid 1 noborder
    set label 903 narrow ? "combines" : "combines partials" at screen x_of(combine_left + 26), screen legend_y(0) left \
        font sprintf(",%g", small) textcolor rgb "#222222"
}

# Between pieces that touch there is a line of the background, where they are wide enough for it. A
# wide one is drawn in slices, from the colour of its first item to that of its last, each below the
# next one, so that nothing shows between them. The fewer lanes there are, the finer are the slices,
# so that a long piece is none of many.
slices = lane_count <= 4 ? 96 : lane_count <= 12 ? 36 : 12
wide = 48
begin(t) = t * scale
end(t, from) = t * scale - ((t - from) * scale > 4 * pixel ? pixel : 0)
is_wide(from, to) = (to - from) * scale > wide * pixel
is_slice(s, from, to, flag) = flag == 0 && (s == 0 || is_wide(from, to))
slice_begin(s, from, to, flag) = !is_slice(s, from, to, flag) ? NaN : \
    begin(from) + s * (end(to, from) - begin(from)) / slices
slice_place(s, from, to, first, last) = is_wide(from, to) ? \
    first + (s + 0.5) * (last - first) / slices : 0.5 * (first + last)
combining(flag, t) = flag == 0 ? NaN : t
# One that was joined of several is as high as the share of its time without the gaps between them.
least_height = 0.12
high(from, to, worked) = to > from && worked < to - from ? \
    half * (worked / (to - from) > least_height ? worked / (to - from) : least_height) : half
set style fill solid 1 noborder
plot for [i = 1:lane_count] for [s = 0:slices - 1] data index i - 1 \
         using (slice_begin(s, $1, $2, $7)):(place[i]):(slice_begin(s, $1, $2, $7)): \
         (end($2, $1)):(place[i] - high($1, $2, $6)):(place[i] + high($1, $2, $6)): \
         (slice_place(s, $1, $2, $8, $9)) with boxxyerror linecolor palette, \
     for [i = 1:lane_count] data index i - 1 using (combining($7, begin($1))):(place[i]): \
         (begin($1)):(end($2, $1)):(place[i] - high($1, $2, $6)):(place[i] + high($1, $2, $6)) \
         with boxxyerror linecolor rgb combine_colour
