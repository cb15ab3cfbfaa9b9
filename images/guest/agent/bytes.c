/* Growing byte strings with a limit, and messages of failures. */

#include "bytes.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int bytes_add(struct bytes *bytes, const void *data, size_t length, size_t limit)
{
    if (length > limit || bytes->length > limit - length)
        return -E2BIG;
    size_t needed = bytes->length + length + 1;
    if (needed > bytes->capacity) {
        size_t capacity = bytes->capacity ? bytes->capacity : 128;
        while (capacity < needed)
            capacity *= 2;
        char *grown = realloc(bytes->data, capacity);
        if (!grown)
            return -ENOMEM;
        bytes->data = grown;
        bytes->capacity = capacity;
    }
    if (length)
        memcpy(bytes->data + bytes->length, data, length);
    bytes->length += length;
    bytes->data[bytes->length] = 0;
    return 0;
}

void bytes_clear(struct bytes *bytes)
{
    bytes->length = 0;
    if (bytes->data)
        bytes->data[0] = 0;
}

void bytes_free(struct bytes *bytes)
{
    free(bytes->data);
    *bytes = (struct bytes){0};
}

static void write_sentence(const struct failure *failure, const char *format, va_list arguments, const char *reason)
{
    if (!failure->message || failure->size == 0)
        return;
    int length = vsnprintf(failure->message, failure->size, format, arguments);
    if (length >= 0 && reason && (size_t)length < failure->size)
        snprintf(failure->message + length, failure->size - (size_t)length, ": %s", reason);
    /* Names come from containers and archives: no control characters in what may reach a terminal. */
    for (char *c = failure->message; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 127)
            *c = '?';
}

int failed(const struct failure *failure, int error, const char *format, ...)
{
    char room[96];
    int number = error < 0 ? -error : error;
    va_list arguments;
    va_start(arguments, format);
    write_sentence(failure, format, arguments, strerror_r(number, room, sizeof room));
    va_end(arguments);
    return -number;
}

int refused(const struct failure *failure, int error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    write_sentence(failure, format, arguments, NULL);
    va_end(arguments);
    return error < 0 ? error : -error;
}
