# The room that caption and key take, in pixels, and what the key says. Loaded first by each script,
# which has set before:
#   width        of the figure, where it is not narrow
#   ideal_title  how the ideal line is called; empty: there is none
#   limit_title  likewise the line of what limits a kernel
# and which all have been told, by drivers/figures:
#   plots        the folder of the scripts
#   kind         "svg", "png" or "narrow"
#   output       the file to write
#   data         the file of the numbers: an index block per line, whose first line is the label, the
#                others the place on the axis, median, low and high end of the interval, NaN where
#                there is none
#   heading      the title, and
#   caption      the lines below it
#   key          pairs of a line type and its label in quotes
#   low, high    the range that the data and the ideal take
#   y_label      what they are
# and uses afterwards narrow, width, em, small, series, style_of(i), left, text_left, top,
# key_height, wrapped() and lines_of(); key.gp draws the key.

set encoding utf8
# A text in lines of at most so many letters, each broken behind the last mark that is in its second
# half, or where it is full.
is_mark(c) = c eq ":" || c eq " " || c eq "," || c eq "/"
mark_before(s, i, least) = i <= least ? 0 : is_mark(s[i:i]) ? i : mark_before(s, i - 1, least)
cut(s, most) = mark_before(s, most, most / 2) > 0 ? mark_before(s, most, most / 2) : most
wrapped(s, most) = strlen(s) <= most ? s : \
    s[1:cut(s, most)]."\n".wrapped(s[cut(s, most) + 1:*], most)
lines_of(s, most) = strlen(s) <= most ? 1 : 1 + lines_of(s[cut(s, most) + 1:*], most)

# Half of a page at 1280 pixels shows a narrow figure a little larger than it is, all of one at 400
# at three quarters, where no text may be below 11 pixels: its text is larger, most of it of one
# size. `em` is that of text in pixels, `small` that of captions in points. Lines of text are broken
# at the words, with room for a font that is wider than the first choice, where that is not there.
narrow = kind eq "narrow"
if (narrow) { width = 480 }
em = narrow ? 15 : 12.96
small = narrow ? 12 : 11
broken = ""
column = 0
do for [i = 1:strlen(caption)] {
    letter = caption[i:i]
    word_length = strstrt(caption[i + 1:*]." ", " ") - 1
    if (letter eq " " && column + 1 + word_length > (narrow ? 55 : 118)) { letter = "\n" }
    column = letter eq "\n" ? 0 : column + 1
    broken = broken.letter
}
caption = broken
left = narrow ? 74 : 76
text_left = narrow ? 12 : left
key_width = width - text_left - 24

caption_lines = 1
do for [i = 1:strlen(caption)] {
    if (caption[i:i] eq "\n") { caption_lines = caption_lines + 1 }
}
heading_most = narrow ? 46 : 90
caption_line = narrow ? 19 : 17
top = 30 + 24 * lines_of(heading, heading_most) + caption_line * caption_lines

series = words(key) / 2
style_of(i) = int(word(key, 2 * i - 1))

# The entries stand row by row in as many columns as fit, each as wide as its longest; one that is
# wider than the figure has several lines, and then there is one column.
letter_width = 0.65 * em
entries = (ideal_title ne "" ? '22 "'.ideal_title.'" ' : "").\
    (limit_title ne "" ? '24 "'.limit_title.'" ' : "").key
entry_count = words(entries) / 2
entry_style(i) = int(word(entries, 2 * i - 1))
entry_text(i) = word(entries, 2 * i)
# Line types from 31 to 39 are of areas.
is_box(i) = entry_style(i) >= 31 && entry_style(i) < 40
sample_width = is_box(1) ? 28 : 46
entry_most = int((key_width - sample_width) / letter_width)
array column_x[entry_count + 1]
key_columns = 0
do for [columns = entry_count:1:-1] {
    if (key_columns == 0) {
        column_x[1] = 0
        do for [column = 1:columns] {
            longest = 0
            do for [i = column:entry_count:columns] {
                longest = strlen(entry_text(i)) > longest ? strlen(entry_text(i)) : longest
            }
            column_x[column + 1] = column_x[column] + sample_width + letter_width * longest + 16
        }
        if (column_x[columns + 1] - 16 <= key_width || columns == 1) { key_columns = columns }
    }
}
key_line = narrow ? 21 : 19
lines_before(i) = key_columns > 1 ? (i - 1) / key_columns : i == 1 ? 0 : \
    sum [k = 1:i - 1] lines_of(entry_text(k), entry_most)
key_height = key_line * (key_columns > 1 ? lines_before(entry_count) + 1 : \
    lines_before(entry_count + 1))
