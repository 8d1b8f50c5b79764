#include "protocol.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool protocol_is_spoken(const json_t *said, char *why, size_t length)
{
    const json_int_t version = json_integer_value(json_object_get(said, "protocol"));
    if (version == PROTOCOL_VERSION)
        return true;
    (void)snprintf(why, length,
                   "it speaks version %lld of the protocol between parbench and its cells, this "
                   "parbench version %d",
                   (long long)version, PROTOCOL_VERSION);
    return false;
}

enum status protocol_say(const char *event, json_t *object)
{
    if (!object)
        return status_fail(STATUS_FAILED, "a figure of the record is not a number");
    (void)json_object_set_new(object, "event", json_string(event));
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    const bool written = printf("%s%s\n", PROTOCOL_PREFIX, text) > 0 && fflush(stdout) == 0;
    free(text);
    return written ? STATUS_OK
                   : status_fail(STATUS_FAILED, "cannot write the record: %s", strerror(errno));
}
