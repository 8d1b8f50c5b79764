# The laws that a figure draws: thin over what they were fitted on, dashed beyond, and their
# interval as a shade. Loaded by the scripts that draw some, which have set before:
#   fitted     for each law the line type of the model that it was fitted to
# and use afterwards laws, law_style(i), within(y, flag) and beyond(y, flag).
#
# Behind the models' blocks the data have one for each law: workers, the value, low and high end of
# its interval, NaN where there is none, and 1 beyond what it was fitted on.

laws = words(fitted)
# Also asked for the line after the last one.
law_style(i) = i <= laws ? int(word(fitted, i)) : 1
within(y, flag) = flag == 0 ? y : NaN
beyond(y, flag) = flag == 1 ? y : NaN
