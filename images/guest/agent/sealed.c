/* Programs that run from a copy in memory that nobody can write any more (memfd_create(2), F_ADD_SEALS): a container that reaches
 * its runtime's program through /proc cannot change what the next container's runtime will be (CVE-2019-5736). crun makes such a
 * copy of itself at each start unless it runs from one; one for all spares that. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "agent.h"

#define ALL_SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static struct {
    const char *name, *path;
    int fd;
} programs[] = {{"crun", "/usr/bin/crun", -1}};

#define PROGRAMS (sizeof programs / sizeof programs[0])

static int sealed_copy(const char *name, const char *path)
{
    int from = open(path, O_RDONLY | O_CLOEXEC);
    int copy = from < 0 ? -1 : memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    ssize_t sent = copy < 0 ? -1 : 1;
    while (sent > 0)
        sent = sendfile(copy, from, NULL, 1 << 20);
    if (sent == 0 && fcntl(copy, F_ADD_SEALS, ALL_SEALS) < 0)
        sent = -1;
    if (sent < 0) {
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
