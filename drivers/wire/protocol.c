#include "protocol.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum status protocol_say(const char *event, json_t *object)
{
    if (!object || json_object_set_new(object, "event", json_string(event)) != 0) {
        json_decref(object);
        return status_no_memory("a line of the record");
    }
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (!text)
        return status_fail(STATUS_FAILED, "a figure of the record is not a number");
    bool written = printf("%s%s\n", PROTOCOL_PREFIX, text) > 0 && fflush(stdout) == 0;
    free(text);
    if (!written)
        return status_fail(STATUS_FAILED, "cannot write the record: %s", strerror(errno));
    return STATUS_OK;
}
