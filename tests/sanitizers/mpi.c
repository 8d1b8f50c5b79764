/*
 * Linked to what uses MPI when AddressSanitizer looks on. To tell what Open MPI and its unloaded
 * plugins leave behind from what is ours (see lsan.supp), each stack must be unwound in full, which
 * takes ten times as long: so leaks of ranks are looked for in tests whose environment says so, one
 * of each kernel and model, and not in all.
 */
const char *__asan_default_options(void); /* NOLINT(bugprone-reserved-identifier): its name */

/* Weak: it comes with each library that links to MPI. */
__attribute__((weak)) const char *__asan_default_options(void) /* NOLINT: the same */
{
    return "detect_leaks=0";
}
