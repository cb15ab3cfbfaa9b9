/* Memory for crun, in place of the C library's malloc(3). Each of crun's processes ends or becomes the container's within a tenth of a
 * second, having read one configuration: what it gives back is not worth keeping books on, which was a third of its own instructions. */

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ALIGNMENT 16
#define MORE_BYTES (1 << 20)
#define LARGEST (PTRDIFF_MAX / 2)

/* Before each block. */
struct header {
    size_t size;
} __attribute__((aligned(ALIGNMENT)));

static _Alignas(ALIGNMENT) char first[256 << 10];
static char *next = first, *end = first + sizeof first;

/* For this block and those after it; what is left of the room before stays unused. */
static int make_room(size_t whole)
{
    size_t length = whole > MORE_BYTES ? whole : MORE_BYTES;
    char *room = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED)
        return -1;
    next = room;
    end = room + length;
    return 0;
}

static size_t whole_size(size_t size)
{
    return sizeof(struct header) + ((size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1));
}

/* Zeros, as nothing is used twice. */
void *malloc(size_t size)
{
    size_t whole = whole_size(size);
    if (size > LARGEST || (whole > (size_t)(end - next) && make_room(whole) < 0)) {
        errno = ENOMEM;
        return NULL;
    }
    struct header *header = (struct header *)next;
    header->size = size;
    next += whole;
    return header + 1;
}

void free(void *block)
{
    (void)block;
}

void *calloc(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return malloc(bytes);
}

void *realloc(void *block, size_t size)
{
    if (!block)
        return malloc(size);
    struct header *header = (struct header *)block - 1;
    if (size <= header->size)
        return block;
    void *grown = malloc(size);
    return grown ? memcpy(grown, block, header->size) : NULL;
}

size_t malloc_usable_size(void *block)
{
    return block ? ((struct header *)block - 1)->size : 0;
}

void *memalign(size_t alignment, size_t size)
{
    if (size > LARGEST || alignment > LARGEST) {
        errno = ENOMEM;
        return NULL;
    }
    char *block = malloc(size + alignment);
    if (!block || alignment <= ALIGNMENT)
        return block;
    block = (char *)(((uintptr_t)block + alignment - 1) & ~(uintptr_t)(alignment - 1));
    ((struct header *)block - 1)->size = size;
    return block;
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size)
{
    void *block = memalign(alignment, size);
    if (block)
        *result = block;
    return block ? 0 : ENOMEM;
}
