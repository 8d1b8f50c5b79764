#include "samples_file.h"

#include "memory.h"
#include "samples_lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct line {
    size_t number; /* from 1 */
    int64_t end;   /* where in the file */
    size_t length; /* without its end; SAMPLES_LINE_MAX: it is longer than that */
    bool cut;      /* the file ends before the line does */
    char *text;    /* which has had room for so many bytes so far: */
    size_t room;
};

/* The text only grows: it is used for one line after the other. */
static void add_byte(struct line *line, char byte)
{
    if (line->length == line->room)
        line->text = memory_grow(line->text, line->room++, 1);
    line->text[line->length++] = byte;
}

/* Also what cannot be kept of a line is read to its end: it is not a line of its own. */
static bool next_line(FILE *stream, struct line *line)
{
    int byte;
    line->number++;
    line->length = 0;
    while ((byte = getc_unlocked(stream)) != EOF && byte != '\n') {
        if (line->length < SAMPLES_LINE_MAX)
            add_byte(line, (char)byte);
        line->end++;
    }
    line->end += byte == '\n';
    line->cut = byte == EOF;
    return byte == '\n' || line->length > 0;
}

/* Says why the line cannot be used, or NULL. */
static const char *take_line(const struct line *line, struct record *record, samples_use *use,
                             void *to)
{
    if (line->cut)
        return "it is cut off";
    if (line->length == SAMPLES_LINE_MAX)
        return "it is too long";
    json_t *object = json_loadb(line->text, line->length, JSON_REJECT_DUPLICATES, NULL);
    const char *wrong = lines_take(object, record);
    if (!wrong && use)
        use(object, to);
    json_decref(object);
    return wrong;
}

static void leave_out(const struct line *line, const char *why, struct samples_read *read)
{
    if (read->bad.count++ == 0)
        read->bad = (struct bad_lines){1, line->number, why};
    if (!line->cut && read->bad_behind == 0)
        read->bad_behind = line->number;
}

enum status samples_read(FILE *stream, const char *folder, struct record *record,
                         struct samples_read *read, samples_use *use, void *to)
{
    enum status status = STATUS_OK;
    struct line line = {.number = 0};
    *read = (struct samples_read){.whole = 0};
    while (status == STATUS_OK && next_line(stream, &line)) {
        const char *wrong = take_line(&line, record, use, to);
        if (wrong) {
            leave_out(&line, wrong, read);
        } else if (record->is_whole) {
            read->whole = line.end;
            read->bad_behind = 0;
        }
        if (record->count > SAMPLES_MAX)
            status = status_fail(STATUS_FAILED,
                                 "%s/samples.jsonl has more than %d samples: take parts of it",
                                 folder, SAMPLES_MAX);
    }
    if (status == STATUS_OK && ferror(stream))
        status =
            status_fail(STATUS_FAILED, "cannot read %s/samples.jsonl: %s", folder, strerror(errno));
    free(line.text);
    return status;
}
