/* rm -rf: see tree.h. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "confine.h"
#include "tree.h"
#include "walk.h"

/* How often a directory may turn out not to be empty: some file systems skip names while others are being removed. */
#define REPEATS 1000

/* A directory deeper than this moves up to the top, which needs neither memory nor a way back for half a million levels. */
#define DEEPEST 200

struct removal {
    struct walk walk;
    int top;
    int first_error, repeats;
    unsigned moved;
};

static void note(struct removal *removal, int error)
{
    if (removal->first_error == 0 && error != -ENOENT)
        removal->first_error = error;
}

/* False where directories cannot be moved, as in the lower layers of an overlay: they are then entered after all. */
static bool move_up(struct removal *removal)
{
    char name[48];
    for (int attempt = 0; attempt < 4; attempt++) {
        snprintf(name, sizeof name, ".being-removed-%u", removal->moved++);
        if (renameat2(removal->walk.fd, removal->walk.name, removal->top, name, RENAME_NOREPLACE) == 0)
            return true;
        if (errno != EEXIST)
            return false;
    }
    return false;
}

static int enter(struct removal *removal)
{
    if (removal->walk.depth > DEEPEST && move_up(removal))
        return 0;
    int fd = open_directory_of_same_mount(removal->walk.fd, removal->walk.name);
    if (fd >= 0)
        return walk_enter(&removal->walk, fd, -1);
    note(removal, fd == -EXDEV ? -EBUSY : fd);
    return 0;
}

static int remove_entry(struct removal *removal)
{
    if (unlinkat(removal->walk.fd, removal->walk.name, 0) == 0)
        return 0;
    if (errno == EISDIR)
        return enter(removal);
    note(removal, -errno);
    return 0;
}

static int remove_left_directory(struct removal *removal)
{
    if (unlinkat(removal->walk.fd, removal->walk.name, AT_REMOVEDIR) == 0)
        return 0;
    int error = errno;
    if ((error == ENOTEMPTY || error == EEXIST) && removal->first_error == 0 && removal->repeats++ < REPEATS)
        return enter(removal);
    note(removal, -error);
    return 0;
}

static void remove_content(struct removal *removal, int directory)
{
    removal->top = directory;
    int event = walk_start(&removal->walk, fcntl(directory, F_DUPFD_CLOEXEC, 0), -1);
    while (event >= 0 && (event = walk_next(&removal->walk)) > 0) {
        if (event == WALK_ENTRY)
            event = remove_entry(removal);
        else if (event == WALK_LEFT)
            event = remove_left_directory(removal);
    }
    if (event < 0)
        note(removal, event);
    walk_end(&removal->walk);
}

/* Removes the content of a directory and then itself. The first pass can leave what moved up behind its back. */
static int remove_directory(int parent, const char *name)
{
    struct removal removal = {0};
    for (unsigned idle = 0, moved = 0; idle < 8; idle = removal.moved > moved ? 0 : idle + 1) {
        moved = removal.moved;
        int directory = open_directory_of_same_mount(parent, name);
        if (directory < 0)
            return directory == -EXDEV ? -EBUSY : directory;
        remove_content(&removal, directory);
        close(directory);
        if (removal.first_error)
            return removal.first_error;
        if (unlinkat(parent, name, AT_REMOVEDIR) == 0)
            return 0;
        if (errno != ENOTEMPTY && errno != EEXIST)
            return -errno;
    }
    return -ENOTEMPTY;
}

int tree_remove(const char *path)
{
    char name[NAME_MAX + 1];
    int parent = confined_parent("", path, name, sizeof name);
    if (parent < 0)
        return parent == -ENOENT ? 0 : parent;
    int result = unlinkat(parent, name, 0) ? -errno : 0;
    if (result == -EISDIR)
        result = remove_directory(parent, name);
    close(parent);
    return result == -ENOENT ? 0 : result;
}
