/* Parsers of tar's numbers: see tar-number.h. */

#include "tar-number.h"

/* Two's complement, the highest bit being the mark and the next the sign. */
static bool base256(const unsigned char *field, size_t size, int64_t *value)
{
    bool negative = field[0] & 0x40;
    uint64_t bits = negative ? ~(uint64_t)0 : 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = i == 0 ? (negative ? field[0] : field[0] & 0x7f) : field[i];
        uint64_t lost = bits >> 55;
        if (lost != 0 && lost != 0x1ff)
            return false;
        bits = bits << 8 | byte;
    }
    *value = (int64_t)bits;
    return (*value < 0) == negative;
}

bool tar_field(const char *field, size_t size, int64_t *value)
{
    uint64_t number = 0;
    size_t i = 0;
    if (size > 0 && (field[0] & 0x80))
        return base256((const unsigned char *)field, size, value);
    while (i < size && field[i] == ' ')
        i++;
    for (; i < size && field[i] >= '0' && field[i] <= '7'; i++)
        number = number << 3 | (uint64_t)(field[i] - '0');
    if (i < size && field[i] != ' ' && field[i] != 0)
        return false;
    *value = (int64_t)number; /* at most 12 digits of 3 bits */
    return true;
}

bool tar_decimal(const char *text, size_t length, int64_t *value)
{
    int64_t number = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9' || number > (INT64_MAX - 9) / 10)
            return false;
        number = number * 10 + (text[i] - '0');
    }
    *value = number;
    return length > 0;
}

bool tar_time(const char *text, size_t length, struct timespec *time)
{
    bool negative = length > 0 && text[0] == '-';
    if (length > 0 && (text[0] == '-' || text[0] == '+'))
        text++, length--;
    size_t point = 0;
    while (point < length && text[point] != '.')
        point++;
    int64_t seconds;
    long nanoseconds = 0, unit = 100000000;
    if (!tar_decimal(text, point, &seconds))
        return false;
    for (size_t i = point + 1; i < length; i++, unit /= 10) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        nanoseconds += (text[i] - '0') * unit;
    }
    if (negative && nanoseconds > 0) {
        seconds++;
        nanoseconds = 1000000000 - nanoseconds;
    }
    time->tv_sec = (time_t)(negative ? -seconds : seconds);
    time->tv_nsec = nanoseconds;
    return true;
}
