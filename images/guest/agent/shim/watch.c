/* What happens to a file or in a folder, told as inotify(7) tells it: `watch [-r | -1] PATH` prints an event and a path
 * at a time, both ended by a zero byte. The first is "ready" with an empty path: nothing that comes after it is missed. It ends when PATH is gone. */

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define CAME_OR_WENT (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)
#define CHANGED (IN_MODIFY | IN_ATTRIB)
#define GONE (IN_DELETE_SELF | IN_MOVE_SELF)

static int inotify_fd;
/* Folders that are watched below the root: none, those in it (-1), or all at any depth (-r). */
static int levels;
static const char *root;
/* By watch descriptor: the folder's path from the root on, "" for the root; NULL where nothing is watched. */
static char **folders;
static int folder_count;
static char last[PATH_MAX + 8];

static _Noreturn void die(const char *path)
{
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    exit(1);
}

/* Writing a file is many modifications: those that follow each other are told once. */
static void tell(const char *event, const char *path)
{
    char line[PATH_MAX + 8];
    int length = snprintf(line, sizeof line, "%s %s", event, path);
    if (length < 0 || (size_t)length >= sizeof line || strcmp(line, last) == 0)
        return;
    strcpy(last, line);
    fwrite(event, strlen(event) + 1, 1, stdout);
    fwrite(path, strlen(path) + 1, 1, stdout);
}

static bool join(char *into, const char *folder, const char *name)
{
    int length = snprintf(into, PATH_MAX, "%s%s%s", folder, folder[0] && name[0] ? "/" : "", name);
    return length >= 0 && length < PATH_MAX;
}

static void remember(int watch, const char *folder)
{
    if (watch >= folder_count) {
        int count = (watch + 1) * 2;
        folders = realloc(folders, (size_t)count * sizeof *folders);
        if (folders == NULL)
            die(root);
        memset(folders + folder_count, 0, (size_t)(count - folder_count) * sizeof *folders);
        folder_count = count;
    }
    free(folders[watch]);
    folders[watch] = strdup(folder);
}

static int level_of(const char *folder)
{
    int level = folder[0] != '\0';
    for (; *folder; folder++)
        level += *folder == '/';
    return level;
}

/* A folder from the root on, and with -r or -1 those in it. `told`: it is new, so is what is found in it. */
static void watch_folder(const char *folder, bool told)
{
    char path[PATH_MAX], inside[PATH_MAX];
    if (!join(path, root, folder))
        return;
    uint32_t mask = CAME_OR_WENT | CHANGED | (folder[0] ? IN_ONLYDIR | IN_DONT_FOLLOW : GONE);
    int watch = inotify_add_watch(inotify_fd, path, mask);
    if (watch < 0) {
        if (folder[0] == '\0' || errno == ENOSPC)
            die(path);
        return; /* gone again, or no folder */
    }
    remember(watch, folder);
    DIR *entries = level_of(folder) < levels || told ? opendir(path) : NULL;
    if (entries == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (!join(inside, folder, entry->d_name))
            continue;
        if (told)
            tell("rename", inside);
        if (entry->d_type == DT_DIR && level_of(inside) <= levels)
            watch_folder(inside, told);
    }
    closedir(entries);
}

/* A folder has left, with those in it: where it goes it is found anew. */
static void forget_folder(const char *folder)
{
    size_t length = strlen(folder);
    for (int watch = 0; watch < folder_count; watch++) {
        const char *known = folders[watch];
        if (known == NULL || strncmp(known, folder, length) != 0 || (known[length] != '/' && known[length] != '\0'))
            continue;
        inotify_rm_watch(inotify_fd, watch);
        free(folders[watch]);
        folders[watch] = NULL;
    }
}

static void handle(const struct inotify_event *event)
{
    if (event->mask & IN_Q_OVERFLOW) {
        tell("rename", ".");
        if (levels > 0)
            watch_folder("", false);
        return;
    }
    const char *folder = event->wd >= 0 && event->wd < folder_count ? folders[event->wd] : NULL;
    if (folder == NULL)
        return;
    char path[PATH_MAX];
    /* A file that is watched itself has no name in its events. */
    const char *base = strrchr(root, '/') == NULL ? root : strrchr(root, '/') + 1;
    bool itself = event->len == 0 && folder[0] == '\0';
    if (!join(path, itself ? "" : folder, itself ? base : event->len ? event->name : ""))
        return;
    if (event->mask & GONE) {
        tell("rename", path);
        fflush(stdout);
        exit(0);
    }
    if (event->mask & CHANGED && !(event->mask & IN_ISDIR && event->len == 0))
        tell("change", path);
    if (event->mask & CAME_OR_WENT)
        tell("rename", path);
    if (!(event->mask & IN_ISDIR) || level_of(path) > levels)
        return;
    if (event->mask & IN_MOVED_FROM)
        forget_folder(path);
    else if (event->mask & (IN_CREATE | IN_MOVED_TO))
        watch_folder(path, true);
}

int main(int argc, char **argv)
{
    const char *option = argc == 3 ? argv[1] : "";
    levels = strcmp(option, "-r") == 0 ? INT_MAX : strcmp(option, "-1") == 0 ? 1 : 0;
    if (argc != (levels > 0 ? 3 : 2)) {
        fprintf(stderr, "usage: watch [-r | -1] PATH\n");
        return 2;
    }
    root = argv[argc - 1];
    inotify_fd = inotify_init1(IN_CLOEXEC);
    if (inotify_fd < 0)
        die("inotify");
    watch_folder("", false);
    tell("ready", "");
    fflush(stdout);
    static char buffer[65536] __attribute__((aligned(__alignof__(struct inotify_event))));
    for (;;) {
        ssize_t length = read(inotify_fd, buffer, sizeof buffer);
        if (length < 0 && errno == EINTR)
            continue;
        if (length <= 0)
            die("inotify");
        last[0] = '\0';
        for (char *at = buffer; at < buffer + length;) {
            const struct inotify_event *event = (const struct inotify_event *)at;
            at += sizeof *event + event->len;
            handle(event);
        }
        fflush(stdout);
    }
}
