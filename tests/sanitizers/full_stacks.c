/*
 * Linked to what uses MPI when AddressSanitizer looks on: stacks are unwound in full there, so that
 * what Open MPI and its unloaded plugins leave behind is known as theirs (see lsan.supp). Elsewhere
 * the fast way is enough, and takes a tenth of the time.
 */
const char *__asan_default_options(void); /* NOLINT(bugprone-reserved-identifier): its name */

/* Weak: it comes with each library that links to MPI. */
__attribute__((weak)) const char *__asan_default_options(void) /* NOLINT: the same */
{
    return "fast_unwind_on_malloc=0";
}
