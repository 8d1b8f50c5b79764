# The room that caption and key take, in pixels, and what the key says. Loaded first by each script,
# which has set before:
#   caption      the lines below the title
#   key          pairs of a line type and its label
#   key_width    the room for them
#   ideal_title  how the ideal line is called
# and uses afterwards series, style_of(i), label_of(i), left, top and key_height.

caption_lines = 1
do for [i = 1:strlen(caption)] {
    if (caption[i:i] eq "\n") { caption_lines = caption_lines + 1 }
}
left = 76
top = 46 + 17 * caption_lines

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
