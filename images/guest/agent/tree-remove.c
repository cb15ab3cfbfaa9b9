/* rm -rf: see tree.h. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "confine.h"
#include "tree.h"
#include "walk.h"

/* How often a directory may turn out not to be empty: some file systems skip names while others are being removed. */
#define REPEATS 1000

struct removal {
    struct walk walk;
    int first_error, repeats;
};

static void note(struct removal *removal, int error)
{
    if (removal->first_error == 0 && error != -ENOENT)
        removal->first_error = error;
}

static int enter(struct removal *removal)
{
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
    int event = walk_start(&removal->walk, directory, -1);
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

int tree_remove(const char *path)
{
    char name[NAME_MAX + 1];
    int parent = confined_parent("", path, name, sizeof name);
    if (parent < 0)
        return parent == -ENOENT ? 0 : parent;
    int result = 0;
    for (int attempt = 0; attempt < 8; attempt++) {
        result = unlinkat(parent, name, attempt ? AT_REMOVEDIR : 0) ? -errno : 0;
        if (result != -EISDIR && result != -ENOTEMPTY)
            break;
        struct removal removal = {0};
        int directory = open_directory_of_same_mount(parent, name);
        if (directory < 0) {
            result = directory == -EXDEV ? -EBUSY : directory;
            break;
        }
        remove_content(&removal, directory);
        if (removal.first_error) {
            result = removal.first_error;
            break;
        }
    }
    close(parent);
    return result == -ENOENT ? 0 : result;
}
