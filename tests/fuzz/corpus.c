/* A fuzz target's inputs, each once: corpus_NAME FOLDER. Made with any compiler. */
#define _GNU_SOURCE
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

/* Takes one file of the folder; false when it cannot be read. */
static bool take(const char *folder, const char *name)
{
    char path[PATH_MAX];
    uint8_t *bytes = NULL;
    size_t length = 0, count;
    bool read = false;
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "re");
    FILE *memory = file ? open_memstream((char **)&bytes, &length) : NULL;
    if (memory) {
        char part[4096];
        while ((count = fread(part, 1, sizeof part, file)) > 0)
            (void)fwrite(part, 1, count, memory);
        read = !ferror(file) && fclose(memory) == 0;
    }
    if (file)
        (void)fclose(file);
    if (read)
        (void)LLVMFuzzerTestOneInput(bytes, length);
    else
        (void)fprintf(stderr, "cannot read %s: %s\n", path, strerror(errno));
    free(bytes);
    return read;
}

int main(int argc, char **argv)
{
    unsigned taken = 0;
    bool all = argc == 2;
    DIR *folder = all ? opendir(argv[1]) : NULL;
    for (const struct dirent *entry; folder && (entry = readdir(folder));) {
        if (*entry->d_name == '.')
            continue;
        /* The last one that is named is the one that broke it. */
        (void)fprintf(stderr, "%s\n", entry->d_name);
        all = take(argv[1], entry->d_name) && all;
        taken++;
    }
    if (folder)
        (void)closedir(folder);
    printf("%u inputs\n", taken);
    return all && taken > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
