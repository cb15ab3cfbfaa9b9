/* The 512-byte header block of POSIX.1-1988 ustar (pax, "ustar Interchange Format") and its checksum. */
#pragma once

#include <stdint.h>

#define TAR_BLOCK 512
#define TAR_LARGEST_HEADER (1u << 20) /* of an extended header or a long name, as Go's archive/tar allows */

struct tar_header {
    char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8], type, link_name[100];
    char magic[6], version[2], uname[32], gname[32], device_major[8], device_minor[8], prefix[155], padding[12];
};

_Static_assert(sizeof(struct tar_header) == TAR_BLOCK, "a tar header is one block");

/* The sum of all bytes, those of the checksum taken as spaces. Old writers added signed characters. */
static inline int32_t tar_checksum(const struct tar_header *header, int is_signed)
{
    const unsigned char *bytes = (const unsigned char *)header;
    int32_t sum = 0;
    for (unsigned i = 0; i < TAR_BLOCK; i++) {
        unsigned char byte = i >= 148 && i < 156 ? ' ' : bytes[i];
        sum += is_signed ? (signed char)byte : byte;
    }
    return sum;
}

/* How much zero follows `size` bytes to fill the last block. */
static inline unsigned tar_padding(uint64_t size) { return (unsigned)(-size & (TAR_BLOCK - 1)); }
