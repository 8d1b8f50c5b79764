#include "command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Appends the text, of which each `separator` ends a word. */
static void append(struct command *command, const char *format, va_list values,
                   const char *separator)
{
    char *word = command->text + command->used;
    const size_t room = sizeof command->text - command->used;
    const int length = vsnprintf(word, room, format, values);
    command->incomplete = command->incomplete || length < 0 || (size_t)length >= room;
    if (command->incomplete)
        return;
    command->used += (size_t)length + 1;
    while (word && command->count + 1 < COMMAND_WORDS_MAX) {
        command->words[command->count++] = word;
        word = strpbrk(word, separator);
        if (word)
            *word++ = '\0';
    }
    command->incomplete = word != NULL;
}

void command_add(struct command *command, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    append(command, format, values, "");
    va_end(values);
}

void command_add_words(struct command *command, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    append(command, format, values, " ");
    va_end(values);
}
