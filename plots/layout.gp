# The room that caption and key take, in pixels, and what the key says. Loaded first by each script,
# which has set before:
#   width        of the figure, where it is not narrow
#   ideal_title  how the ideal line is called
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
# and uses afterwards narrow, width, series, style_of(i), label_of(i), left, text_left, top and
# key_height.

# Half of a page at 1280 pixels, and all of one at 400, show a narrow figure in its own size or
# nearly so. Lines of text are broken at the words, with room for a font that is wider than the first
# choice, where that is not there.
narrow = kind eq "narrow"
if (narrow) { width = 480 }
broken = ""
column = 0
do for [i = 1:strlen(caption)] {
    letter = caption[i:i]
    word_length = strstrt(caption[i + 1:*]." ", " ") - 1
    if (letter eq " " && column + 1 + word_length > (narrow ? 70 : 118)) { letter = "\n" }
    column = letter eq "\n" ? 0 : column + 1
    broken = broken.letter
}
caption = broken
left = narrow ? 70 : 76
text_left = narrow ? 12 : left
key_width = width - text_left - 24

caption_lines = 1
do for [i = 1:strlen(caption)] {
    if (caption[i:i] eq "\n") { caption_lines = caption_lines + 1 }
}
top = 54 + 17 * caption_lines

series = words(key) / 2
style_of(i) = int(word(key, 2 * i - 1))
label_of(i) = word(key, 2 * i)
longest = strlen(ideal_title)
do for [i = 1:series] {
    longest = strlen(label_of(i)) > longest ? strlen(label_of(i)) : longest
}
key_columns = int(key_width / (8.4 * longest + 56))
key_columns = key_columns < 1 ? 1 : key_columns
key_rows = (series + key_columns) / key_columns
key_height = 19 * key_rows
