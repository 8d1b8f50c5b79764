# The look that all figures share: terminal, font, line types, title. Loaded by each script, which
# has set before:
#   kind, output     "svg", "png" or "narrow", and the file to write
#   width, height    in pixels
#   heading, caption the title, and the lines below it
#   text_left        where they begin, in pixels
#   narrow, em, small   how large text is
# and uses afterwards x_of() and y_of(), which take pixels, and `raise`, what an axis label needs to
# stand where it stands in the other terminal.
#
# All text is plain (noenhanced), so that no name of a model or a machine is ever interpreted.

# The two terminals differ in what a point, a tic and a line of text measure.
if (kind ne "png") {
    set terminal svg noenhanced size width, height font "Liberation Sans,Arial,sans-serif" \
        fontscale em / 12.0 background rgb "white"
    point = 0.75; disc = 1.2; tic = 0.6; raise = 0.55
} else {
    set terminal pngcairo noenhanced size 1.5 * width, 1.5 * height font "Liberation Sans,13" \
        fontscale 1.125 linewidth 1.5 pointscale 1.5 background rgb "white"
    point = 1; disc = 1; tic = 0.8; raise = 0.4
}
set output output

# Okabe and Ito's colours, which the colour-blind can tell apart, without black and yellow; each
# with a point and a dash of its own. Number 1 is the most conspicuous and stands for a
# model under a lock.
set linetype 1 linecolor rgb "#d55e00" linewidth 3.5 \
    pointtype 7 pointsize 1.0 * disc dashtype solid
set linetype 2 linecolor rgb "#0072b2" linewidth 2.0 \
    pointtype 4 pointsize 1.1 * point dashtype solid
set linetype 3 linecolor rgb "#009e73" linewidth 2.0 \
    pointtype 8 pointsize 1.5 * point dashtype (12, 4)
set linetype 4 linecolor rgb "#cc79a7" linewidth 2.0 \
    pointtype 12 pointsize 1.5 * point dashtype (6, 3)
set linetype 5 linecolor rgb "#e69f00" linewidth 2.0 \
    pointtype 10 pointsize 1.5 * point dashtype (12, 3, 3, 3)
set linetype 6 linecolor rgb "#56b4e9" linewidth 2.0 \
    pointtype 6 pointsize 1.1 * disc dashtype (3, 3)
# More models than colours: the same ones with other points and dashes.
set linetype 7 linecolor rgb "#0072b2" linewidth 2.0 \
    pointtype 5 pointsize 0.8 * point dashtype (9, 3, 3, 3, 3, 3)
set linetype 8 linecolor rgb "#009e73" linewidth 2.0 \
    pointtype 9 pointsize 1.0 * point dashtype (3, 6)
set linetype 9 linecolor rgb "#cc79a7" linewidth 2.0 \
    pointtype 13 pointsize 1.1 * point dashtype (18, 4)
set linetype 10 linecolor rgb "#e69f00" linewidth 2.0 \
    pointtype 11 pointsize 1.0 * point dashtype (6, 6)
set linetype 11 linecolor rgb "#56b4e9" linewidth 2.0 \
    pointtype 2 pointsize 1.0 * point dashtype solid
# The same models on several nodes: the same colours, with the points filled (or a cross turned),
# and dots in the dash, one for the least number of nodes, two for the next one, and so on.
several_colour = "#0072b2 #009e73 #cc79a7 #e69f00 #56b4e9 #0072b2 #009e73 #cc79a7 #e69f00 #56b4e9"
several_point = "5 9 13 11 7 4 8 12 10 1"
several_size = "0.8 1.0 1.1 1.0 0.8 1.1 1.5 1.5 1.5 1.0"
do for [model = 1:10] {
    several = several_colour[8 * model - 7:8 * model - 1]
    shape = int(word(several_point, model))
    bulk = real(word(several_size, model)) * (shape == 7 ? disc : point)
    set linetype 41 + model linecolor rgb several linewidth 2.0 \
        pointtype shape pointsize bulk dashtype (10, 3, 2, 3)
    set linetype 81 + model linecolor rgb several linewidth 2.0 \
        pointtype shape pointsize bulk dashtype (10, 3, 2, 3, 2, 3)
    set linetype 121 + model linecolor rgb several linewidth 2.0 \
        pointtype shape pointsize bulk dashtype (10, 3, 2, 3, 2, 3, 2, 3)
    set linetype 161 + model linecolor rgb several linewidth 2.0 \
        pointtype shape pointsize bulk dashtype (2, 3)
}
# Still more models, on one node and on several: other colours.
more_colour = "#7a4b9a #8c6d31 #1b7f8c #6b8e23 #444444 #7a4b9a #8c6d31 #1b7f8c #6b8e23 #444444"
more_point = "14 6 8 10 12 15 7 9 11 13"
more_size = "1.2 1.1 1.5 1.5 1.5 0.9 0.8 1.0 1.0 1.1"
more_dash(nodes) = nodes == 1 ? "- ." : nodes == 2 ? "- .." : nodes == 3 ? "- ..." : "."
do for [model = 1:10] {
    more = more_colour[8 * model - 7:8 * model - 1]
    shape = int(word(more_point, model))
    bulk = real(word(more_size, model)) * point
    if (model <= 5) {
        set linetype 259 + model linecolor rgb more linewidth 2.0 \
            pointtype shape pointsize bulk dashtype solid
    } else {
        set linetype 259 + model linecolor rgb more linewidth 2.0 \
            pointtype shape pointsize bulk dashtype (8, 4)
    }
    do for [nodes = 1:4] {
        set linetype 259 + 10 * nodes + model linecolor rgb more linewidth 2.0 \
            pointtype shape pointsize bulk dashtype more_dash(nodes)
    }
}
# Models that programs of another language are held against, in whole lines, and these in dashed
# ones of the same colour with the point filled, further ones in dots with a plus; the first is
# serial, the last has no such model.
pair_colour = "#555555 #d55e00 #0072b2 #009e73 #cc79a7 #e69f00 #56b4e9 #7a4b9a #8c6d31 #1b7f8c #222222"
pair_open = "14 6 4 8 12 10 6 4 8 12 2"
pair_full = "15 7 5 9 13 11 7 5 9 13 2"
do for [pair = 0:10] {
    set linetype 220 + pair linecolor rgb word(pair_colour, pair + 1) linewidth 2.0 \
        pointtype int(word(pair_open, pair + 1)) pointsize 1.2 * point dashtype solid
    set linetype 240 + pair linecolor rgb word(pair_colour, pair + 1) linewidth 2.0 \
        pointtype int(word(pair_full, pair + 1)) pointsize 1.0 * point dashtype (7, 4)
    set linetype 310 + pair linecolor rgb word(pair_colour, pair + 1) linewidth 2.0 \
        pointtype 1 pointsize 1.3 * point dashtype (2, 3)
}
# What is not a model but what models are held against.
set linetype 21 linecolor rgb "#555555" linewidth 2.0 \
    pointtype 15 pointsize 1.1 * point dashtype solid
# A model whose result is wrong, as is to be seen.
set linetype 25 linecolor rgb "#b00020" linewidth 1.4 \
    pointtype 2 pointsize 1.2 * point dashtype (3, 5)
set linetype 22 linecolor rgb "#6e6e6e" linewidth 1.8 dashtype (8, 6)
set linetype 24 linecolor rgb "#222222" linewidth 1.8 dashtype (2, 4)
set linetype 23 linecolor rgb "#808080" linewidth 1.0 dashtype (2, 4)

# The shares of the workers' time.
set linetype 31 linecolor rgb "#007d5a" # dark enough for white text
set linetype 32 linecolor rgb "#56b4e9"
set linetype 33 linecolor rgb "#e69f00"
set linetype 34 linecolor rgb "#b5b5b5"
# More workers than cores.
set linetype 35 linecolor rgb "#eee9d8"
# Bars: of workers that share memory, that have memory of their own, of ranks, of serial.
set linetype 36 linecolor rgb "#0072b2"
set linetype 37 linecolor rgb "#e69f00"
set linetype 38 linecolor rgb "#009e73"
set linetype 39 linecolor rgb "#808080"

set border 3 linecolor rgb "#666666" linewidth 1
set tics nomirror out scale tic textcolor rgb "#222222"
set grid xtics ytics linetype 1 linecolor rgb "#e4e4e4" linewidth 0.8 dashtype solid
set datafile separator "\t"
set style fill transparent solid 0.18 noborder
set bars small
set samples 500

# Title and caption stand above the plot, at its left edge or the figure's.
x_of(pixels) = pixels / real(width)
y_of(pixels) = 1 - pixels / real(height)
set label 101 wrapped(heading, heading_most) at screen x_of(text_left), y_of(20) left \
    font narrow ? ",14.5" : ",17" textcolor rgb "#111111"
set label 102 caption at screen x_of(text_left), \
    y_of(19 + 24 * lines_of(heading, heading_most)) left \
    font sprintf(",%g", small) textcolor rgb "#555555"
