# Where the time of all workers went: a bar for each cell, from what was useful to what was lost to
# each factor. Told as layout.gp says, and:
#   models   for each bar the model: words in quotes
#   counts   and what stands beside the bar: words in quotes
# The data have a line for each cell: its label, then the shares of the workers' time, in per cent,
# that were useful, extra or slower computing, waiting for the slowest, and communication; and 1
# where instrumenting perturbed the execution.

key = '31 "useful" 32 "extra or slower computing" 33 "waiting for the slowest" '. \
    '34 "communication, locks, hand-over"'
ideal_title = ""
limit_title = ""
width = 800
load plots."/layout.gp"
bars = words(models)
model_of(i) = word(models, i)
longest_label = 1
longest_count = 1
do for [i = 1:bars] {
    length = strlen(model_of(i)) + 2 + strlen(word(counts, i))
    longest_label = length > longest_label ? length : longest_label
    length = strlen(word(counts, i))
    longest_count = length > longest_count ? length : longest_count
}
# The bars begin where the longest label ends. Where that would take too much from them, models
# stand above their bars, in lines of their own.
row_height = 26
label_size = 12
room_for(length) = 24 + 0.6 * em * length
apart = room_for(longest_label) > 0.4 * width
left = apart ? text_left + room_for(longest_count) - 12 : room_for(longest_label)
left = left < text_left + 24 ? text_left + 24 : left
model_most = int((width - text_left - 24) / (0.6 * em))
begins(i) = apart && (i == 1 || model_of(i) ne model_of(i - 1))
array place[bars]
row = 0
do for [i = 1:bars] {
    if (begins(i)) { row = row + 0.1 + 0.75 * lines_of(model_of(i), model_most) }
    place[i] = row
    row = row + 1
}
height = top + row * row_height + 72 + key_height

load plots."/style.gp"
load plots."/key.gp"

set lmargin at screen x_of(left)
set rmargin at screen x_of(width - 40)
set tmargin at screen y_of(top)
set bmargin at screen y_of(top + row * row_height)
unset key
set xrange [0:100]
set yrange [row - 0.5:-0.5]
set xtics 0, narrow ? 25 : 20, 100 format "%g %%"
label_font = sprintf(",%g", label_size)
set ytics () scale 0 font label_font
do for [i = 1:bars] {
    set ytics add (apart ? word(counts, i) : model_of(i).", ".word(counts, i) place[i])
    if (begins(i)) {
        set label 1000 + i wrapped(model_of(i), model_most) at screen x_of(text_left), first \
            place[i] - 0.1 - 0.75 * lines_of(model_of(i), model_most) left \
            font label_font textcolor rgb "#222222"
    }
}
set border 1
set grid xtics noytics
set xlabel "share of all workers' time" offset 0, raise
set style fill solid 1 noborder
half = 0.36
start(i) = i == 2 ? 0 : sum [k = 2:i - 1] column(k)

plot for [i = 2:5] data using (start(i)):(place[int($0) + 1]):(start(i)):(start(i) + column(i)): \
         (place[int($0) + 1] - half):(place[int($0) + 1] + half) \
         with boxxyerror linetype 29 + i, \
     data using (2):(place[int($0) + 1]):($2 * (width - 40 - left) >= 270 * em ? \
         sprintf("%.0f %%", $2) : "") with labels left textcolor rgb "white" \
         font sprintf(",%g", small)
