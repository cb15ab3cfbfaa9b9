/* Growing byte buffers and the reader of a message's arguments. */

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"

bool buffer_append(struct buffer *buffer, const void *bytes, size_t length)
{
    if (buffer->start > 0 && buffer->length + length > buffer->capacity) {
        memmove(buffer->bytes, buffer->bytes + buffer->start, buffer->length - buffer->start);
        buffer->length -= buffer->start;
        buffer->start = 0;
    }
    if (buffer->length + length > buffer->capacity) {
        size_t capacity = buffer->capacity ? buffer->capacity : 256;
        while (capacity < buffer->length + length)
            capacity *= 2;
        uint8_t *grown = realloc(buffer->bytes, capacity);
        if (!grown)
            return false;
        buffer->bytes = grown;
        buffer->capacity = capacity;
    }
    if (length)
        memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
    return true;
}

bool buffer_append_u32(struct buffer *buffer, uint32_t value)
{
    value = htole32(value);
    return buffer_append(buffer, &value, sizeof value);
}

void buffer_consume(struct buffer *buffer, size_t length)
{
    buffer->start += length;
    if (buffer->start == buffer->length) {
        buffer->start = buffer->length = 0;
        if (buffer->capacity > 16384)
            buffer_free(buffer);
    }
}

void buffer_free(struct buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct buffer){0};
}

static const uint8_t *take(struct reader *reader, size_t length)
{
    if (reader->bad || reader->length - reader->offset < length) {
        reader->bad = true;
        return NULL;
    }
    const uint8_t *at = reader->bytes + reader->offset;
    reader->offset += length;
    return at;
}

static uint64_t read_number(struct reader *reader, size_t length)
{
    const uint8_t *at = take(reader, length);
    uint64_t value = 0;
    if (at)
        for (size_t i = length; i > 0; i--)
            value = value << 8 | at[i - 1];
    return value;
}

uint8_t read_u8(struct reader *reader) { return (uint8_t)read_number(reader, 1); }
uint16_t read_u16(struct reader *reader) { return (uint16_t)read_number(reader, 2); }
uint32_t read_u32(struct reader *reader) { return (uint32_t)read_number(reader, 4); }
uint64_t read_u64(struct reader *reader) { return read_number(reader, 8); }

const uint8_t *read_bytes(struct reader *reader, size_t *length)
{
    *length = read_u32(reader);
    const uint8_t *at = take(reader, *length);
    if (!at)
        *length = 0;
    return at;
}

char *read_string(struct reader *reader)
{
    size_t length;
    const uint8_t *at = read_bytes(reader, &length);
    if (reader->bad)
        return NULL;
    char *text = malloc(length + 1);
    if (!text || (length && memchr(at, 0, length))) {
        free(text);
        reader->bad = true;
        return NULL;
    }
    if (length)
        memcpy(text, at, length);
    text[length] = 0;
    return text;
}

char **read_strings(struct reader *reader)
{
    uint32_t count = read_u32(reader);
    if (reader->bad || count > reader->length / 4) {
        reader->bad = true;
        return NULL;
    }
    char **strings = calloc(count + 1, sizeof *strings);
    if (!strings) {
        reader->bad = true;
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        strings[i] = read_string(reader);
        if (reader->bad) {
            free_strings(strings);
            return NULL;
        }
    }
    return strings;
}

void free_strings(char **strings)
{
    if (!strings)
        return;
    for (char **string = strings; *string; string++)
        free(*string);
    free(strings);
}
