/* A command line over the agent's tree and tar functions, and a listing of trees that shares no code with them, so that
 * tests can compare what went in with what came out. Every operation runs in a thread with a small stack, as in the agent.
 *
 *   copy ROOT PATH TARGET | remove PATH | tar-out ROOT PATH > archive | tar-in ROOT PATH < archive
 *   open ROOT PATH | list DIRECTORY | xattr PATH NAME HEX | deep DIRECTORY LEVELS | socket DIRECTORY */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "../confine.h"
#include "../tar.h"
#include "../tree.h"

#ifndef STACK
#define STACK (256 << 10)
#endif

static char message[300];
static char **arguments;
static int count;

static void print_escaped(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c > ' ' && c < 127 && c != '\\')
            putchar(c);
        else
            printf("\\%02x", c);
    }
}

static uint64_t hash_file(int parent, const char *name)
{
    char block[4096];
    uint64_t hash = 0xcbf29ce484222325u;
    int fd = openat(parent, name, O_RDONLY | O_NOFOLLOW);
    ssize_t length;
    while ((length = read(fd, block, sizeof block)) > 0)
        for (ssize_t i = 0; i < length; i++)
            hash = (hash ^ (unsigned char)block[i]) * 0x100000001b3u;
    close(fd);
    return hash;
}

static int compare_names(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void print_xattrs(const char *path)
{
    static char list[65536], value[65536];
    char *names[256];
    size_t found = 0;
    ssize_t length = llistxattr(path, list, sizeof list);
    for (char *name = list; name < list + length && found < 256; name += strlen(name) + 1)
        names[found++] = name;
    qsort(names, found, sizeof *names, compare_names);
    for (size_t i = 0; i < found; i++) {
        ssize_t size = lgetxattr(path, names[i], value, sizeof value);
        printf(" %s=", names[i]);
        print_escaped(value, size > 0 ? (size_t)size : 0);
    }
}

/* One line: path, type and mode, owner, size or device or target, links, time, content, attributes. */
static void print_node(const char *path, int parent, const char *name)
{
    struct stat status;
    char full[4096], target[4096];
    if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW))
        return;
    print_escaped(path, strlen(path));
    printf(" %o %u:%u", (unsigned)status.st_mode, (unsigned)status.st_uid, (unsigned)status.st_gid);
    if (S_ISREG(status.st_mode))
        printf(" size=%lld hash=%016llx", (long long)status.st_size, (unsigned long long)hash_file(parent, name));
    if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode))
        printf(" device=%u:%u", major(status.st_rdev), minor(status.st_rdev));
    if (S_ISLNK(status.st_mode)) {
        ssize_t length = readlinkat(parent, name, target, sizeof target);
        printf(" to=");
        print_escaped(target, length > 0 ? (size_t)length : 0);
    }
    if (!S_ISDIR(status.st_mode))
        printf(" links=%u", (unsigned)status.st_nlink);
    printf(" time=%lld.%09ld", (long long)status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
    snprintf(full, sizeof full, "/proc/self/fd/%d/%s", parent, name);
    print_xattrs(full);
    putchar('\n');
}

static void list_tree(const char *path, int parent, const char *name)
{
    print_node(*path ? path : ".", parent, name);
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (!dir)
        return;
    struct dirent *entry;
    while ((entry = readdir(dir))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        char *inner = NULL;
        if (asprintf(&inner, "%s%s%s", path, *path ? "/" : "", entry->d_name) < 0)
            break;
        list_tree(inner, fd, entry->d_name);
        free(inner);
    }
    closedir(dir);
}

static int set_xattr(const char *path, const char *name, const char *hex)
{
    unsigned char value[65536];
    size_t length = strlen(hex) / 2;
    for (size_t i = 0; i < length; i++) {
        char digits[3] = {hex[2 * i], hex[2 * i + 1], 0};
        value[i] = (unsigned char)strtoul(digits, NULL, 16);
    }
    return lsetxattr(path, name, value, length, 0) ? -errno : 0;
}

static int make_deep(const char *path, int levels)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < levels && fd >= 0; i++) {
        int file = openat(fd, "file", O_WRONLY | O_CREAT, 0644);
        if (file >= 0 && write(file, &i, sizeof i) == sizeof i)
            close(file);
        mkdirat(fd, "level", 0750);
        int inner = openat(fd, "level", O_RDONLY | O_DIRECTORY);
        close(fd);
        fd = inner;
    }
    if (fd < 0)
        return -errno;
    close(fd);
    return 0;
}

static int make_socket(const char *directory)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
    int fd = chdir(directory) ? -1 : socket(AF_UNIX, SOCK_STREAM, 0);
    int result = fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) ? -errno : 0;
    close(fd);
    return result;
}

static int open_and_print(const char *root, const char *path)
{
    char block[4096];
    int fd = confined_open(root, path, O_RDONLY, 0);
    if (fd < 0)
        return fd;
    ssize_t length = read(fd, block, sizeof block);
    close(fd);
    return length < 0 ? -errno : fwrite(block, 1, (size_t)length, stdout) == (size_t)length ? 0 : -EIO;
}

static bool is_command(const char *name, int wanted) { return !strcmp(arguments[1], name) && count == wanted + 2; }

static void *run(void *result)
{
    int *error = result;
    if (is_command("copy", 3))
        *error = tree_copy(arguments[2], arguments[3], arguments[4], message, sizeof message);
    else if (is_command("remove", 1))
        *error = tree_remove(arguments[2]);
    else if (is_command("tar-out", 2))
        *error = tar_out(arguments[2], arguments[3], false, 1, message, sizeof message);
    else if (is_command("tar-out-hollow", 2))
        *error = tar_out(arguments[2], arguments[3], true, 1, message, sizeof message);
    else if (is_command("tar-in", 2))
        *error = tar_in(arguments[2], arguments[3], 0, message, sizeof message);
    return NULL;
}

static int open_descriptors(void)
{
    int number = 0;
    for (int fd = 0; fd < 1024; fd++)
        number += fcntl(fd, F_GETFD) >= 0;
    return number;
}

int main(int argc, char **argv)
{
    int result = -ENOSYS, before = open_descriptors();
    pthread_t thread;
    pthread_attr_t attributes;
    arguments = argv;
    count = argc;
    if (argc < 2)
        return 2;
    signal(SIGPIPE, SIG_IGN);
    if (is_command("list", 1)) {
        list_tree("", AT_FDCWD, argv[2]);
        result = 0;
    } else if (is_command("xattr", 3)) {
        result = set_xattr(argv[2], argv[3], argv[4]);
    } else if (is_command("deep", 2)) {
        result = make_deep(argv[2], atoi(argv[3]));
    } else if (is_command("socket", 1)) {
        result = make_socket(argv[2]);
    } else if (is_command("open", 2)) {
        result = open_and_print(argv[2], argv[3]);
    } else {
        pthread_attr_init(&attributes);
        pthread_attr_setstacksize(&attributes, STACK);
        if (pthread_create(&thread, &attributes, run, &result))
            return 2;
        pthread_join(thread, NULL);
    }
    if (open_descriptors() != before) {
        fprintf(stderr, "descriptors leak\n");
        return 3;
    }
    if (result == 0)
        return 0;
    fprintf(stderr, "%s %s\n", strerrorname_np(-result), message);
    return 1;
}
