/* Programs that run from a copy in memory that nobody can write any more (memfd_create(2), F_ADD_SEALS): a container that reaches
 * its runtime's program through /proc cannot change what the next container's runtime will be (CVE-2019-5736). crun makes such a
 * copy of itself at each start unless it runs from one; one for all spares that. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent.h"

#define ALL_SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static struct {
    const char *name, *path;
    int fd;
} programs[] = {{"crun", "/usr/bin/crun", -1}};

#define PROGRAMS (sizeof programs / sizeof programs[0])

/* Whether files in memory get huge pages as far as they fill them. A kernel without them has no such setting. */
static void use_huge_pages(bool use)
{
    const char *value = use ? "within_size" : "never";
    int before = errno;
    int setting = open("/sys/kernel/mm/transparent_hugepage/shmem_enabled", O_WRONLY | O_CLOEXEC);
    if (setting >= 0 && write(setting, value, strlen(value)) < 0)
        log_line("huge pages: %m");
    if (setting >= 0)
        close(setting);
    errno = before;
}

static bool copy_content(int from, int to)
{
    struct stat status;
    ssize_t sent = fstat(from, &status) < 0 || ftruncate(to, status.st_size) < 0 ? -1 : 1;
    while (sent > 0)
        sent = sendfile(to, from, NULL, 1 << 20);
    return sent == 0;
}

static int sealed_copy(const char *name, const char *path)
{
    int from = open(path, O_RDONLY | O_CLOEXEC);
    int copy = from < 0 ? -1 : memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    use_huge_pages(true);
    bool done = copy >= 0 && copy_content(from, copy) && fcntl(copy, F_ADD_SEALS, ALL_SEALS) == 0;
    use_huge_pages(false);
    if (!done) {
        log_line("a sealed copy of %s: %m", path);
        if (copy >= 0)
            close(copy);
        copy = -1;
    }
    if (from >= 0)
        close(from);
    return copy;
}

int sealed_program(const char *name)
{
    for (size_t i = 0; i < PROGRAMS; i++) {
        if (strcmp(programs[i].name, name))
            continue;
        if (programs[i].fd < 0)
            programs[i].fd = sealed_copy(name, programs[i].path);
        return programs[i].fd;
    }
    return -1;
}
