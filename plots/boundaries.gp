# Where workers fill one node, two, and so on: thin lines, with the nodes above. Loaded after widths.gp
# by the scripts that draw workers, which have been told:
#   boundaries   workers, and the nodes that these fill in quotes; empty: there is one node
# and use afterwards boundary_count, boundary_x(i), and boundary_text(i), which is empty where it
# would touch the one before.

boundary_count = words(boundaries) / 2
boundary_x(i) = real(word(boundaries, 2 * i - 1))
boundary_name(i) = word(boundaries, 2 * i)
is_within(i) = boundary_x(i) > first_x && boundary_x(i) < last_x
boundary_place(i) = plot_width * log(boundary_x(i) / first_x) / log(last_x / first_x)
boundary_half(i) = 0.28 * em * strlen(boundary_name(i))
boundary_words = ""
boundary_end = -em
do for [i = 1:boundary_count] {
    boundary_shown = is_within(i) && boundary_place(i) - boundary_half(i) > boundary_end
    boundary_words = boundary_words.(boundary_shown ? '"'.boundary_name(i).'" ' : '"" ')
    boundary_end = boundary_shown ? boundary_place(i) + boundary_half(i) + 0.5 * em : boundary_end
}
boundary_text(i) = word(boundary_words, i)
