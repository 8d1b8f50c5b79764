# What limits a kernel, in a block of its own behind all others. Loaded after widths.gp by the
# scripts that draw it, which have been told:
#   limit_title   what it is called; empty: there is none
#   limit_blocks  for each panel the place of its block in the data; -1: it has none
# and use afterwards limit_block(panel), limit_lines(panel), which is 1 where it is a line and else
# 0, and limit_marks(panel), likewise where it is a level mark at each value, as the ideal is there:
# from mark_from(x) on, mark_length(x) long.

has_limit(panel) = int(word(limit_blocks, panel)) >= 0
limit_block(panel) = has_limit(panel) ? int(word(limit_blocks, panel)) : 0
limit_marks(panel) = has_limit(panel) && count <= 3 && !joined
limit_lines(panel) = has_limit(panel) && !limit_marks(panel)
mark_from(x) = x / 2 ** flank
mark_length(x) = x * 2 ** flank - mark_from(x)
