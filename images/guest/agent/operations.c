/* Operations of a batch, one after another until one fails, in a thread: a mount may wait for the network. */

#include <endian.h>
#include <errno.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/blkpg.h>
#include <linux/random.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"
#include "bind.h"
#include "cgroup.h"
#include "confine.h"
#include "netns.h"
#include "tree.h"

struct batch {
    uint32_t stream;
    struct buffer arguments, results;
    int error;
    char message[512];
};

/* An operation reads its arguments, acts, and returns 0 or -errno; texts are freed by run_operation(). */
struct call {
    struct reader *arguments;
    struct buffer *results;
    char *texts[8];
    int text_count;
    char *message;
    size_t message_size;
};

static const char *text(struct call *call)
{
    char *value = read_string(call->arguments);
    if (value && call->text_count < 8)
        call->texts[call->text_count++] = value;
    return value ? value : "";
}

static int check(int result) { return result < 0 ? -errno : 0; }

static int result_bytes(struct call *call, const void *bytes, size_t length)
{
    if (!buffer_append_u32(call->results, (uint32_t)length) || !buffer_append(call->results, bytes, length))
        return -ENOMEM;
    return 0;
}

static int make_directories(const char *path, mode_t mode)
{
    if (mkdir(path, mode) == 0 || errno == EEXIST)
        return 0;
    char *partial = strdup(path);
    int error = partial ? 0 : -ENOMEM;
    for (char *at = partial ? partial + 1 : NULL; at && !error; at++) {
        at = strchr(at, '/');
        if (at)
            *at = 0;
        if (mkdir(partial, at ? 0755 : mode) < 0 && errno != EEXIST)
            error = -errno;
        if (!at)
            break;
        *at = '/';
    }
    free(partial);
    return error;
}

static int op_mkdir(struct call *call)
{
    const char *path = text(call);
    uint32_t mode = read_u32(call->arguments);
    return call->arguments->bad ? -EINVAL : make_directories(path, mode);
}

static int op_write(struct call *call)
{
    const char *path = text(call);
    uint32_t mode = read_u32(call->arguments);
    size_t length;
    const uint8_t *bytes = read_bytes(call->arguments, &length);
    if (call->arguments->bad)
        return -EINVAL;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0)
        return -errno;
    int error = 0;
    for (size_t done = 0; done < length && !error;) {
        ssize_t written = write(fd, bytes + done, length - done);
        if (written < 0)
            error = -errno;
        else
            done += (size_t)written;
    }
    close(fd);
    return error;
}

static int read_file(const char *root, const char *path, uint32_t limit, struct buffer *content)
{
    int fd = confined_open(root, path, O_RDONLY | O_NONBLOCK, 0);
    if (fd < 0)
        return fd;
    uint8_t chunk[4096];
    ssize_t got;
    while ((got = read(fd, chunk, sizeof chunk)) > 0) {
        if (content->length + (size_t)got > limit || !buffer_append(content, chunk, (size_t)got)) {
            close(fd);
            return -EFBIG;
        }
    }
    int error = got < 0 ? -errno : 0;
    close(fd);
    return error;
}

static int op_read(struct call *call)
{
    const char *root = text(call), *path = text(call);
    uint32_t limit = read_u32(call->arguments);
    struct buffer content = {0};
    int error = call->arguments->bad ? -EINVAL : read_file(root, path, limit, &content);
    if (!error)
        error = result_bytes(call, content.bytes, content.length);
    buffer_free(&content);
    return error;
}

static int op_read_if_there(struct call *call)
{
    const char *root = text(call), *path = text(call);
    uint32_t limit = read_u32(call->arguments);
    struct buffer content = {0};
    uint8_t found = 1;
    if (call->arguments->bad || !buffer_append(&content, &found, 1))
        return -EINVAL;
    int error = read_file(root, path, limit, &content);
    if (error == -ENOENT || error == -ENOTDIR || error == -ENODEV) {
        content.bytes[0] = 0;
        content.length = 1;
        error = 0;
    }
    if (!error)
        error = result_bytes(call, content.bytes, content.length);
    buffer_free(&content);
    return error;
}

static int op_remove_tree(struct call *call)
{
    const char *path = text(call);
    return call->arguments->bad ? -EINVAL : tree_remove(path);
}

static int op_mount(struct call *call)
{
    const char *source = text(call), *target = text(call), *type = text(call);
    uint32_t flags = read_u32(call->arguments);
    const char *data = text(call);
    if (call->arguments->bad)
        return -EINVAL;
    return check(mount(source, target, *type ? type : NULL, flags, *data ? data : NULL));
}

static int op_unmount(struct call *call)
{
    const char *target = text(call);
    uint32_t flags = read_u32(call->arguments);
    if (call->arguments->bad)
        return -EINVAL;
    int error = check(umount2(target, (int)flags));
    return error == -EINVAL || error == -ENOENT ? 0 : error;
}

static int op_symlink(struct call *call)
{
    const char *target = text(call), *path = text(call);
    return call->arguments->bad ? -EINVAL : check(symlink(target, path));
}

static int op_rename(struct call *call)
{
    const char *from = text(call), *to = text(call);
    return call->arguments->bad ? -EINVAL : check(rename(from, to));
}

static int partition(const char *disk, int verb, struct blkpg_partition *part)
{
    struct blkpg_ioctl_arg argument = {.op = verb, .datalen = sizeof *part, .data = part};
    int fd = open(disk, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int error = check(ioctl(fd, BLKPG, &argument));
    close(fd);
    return error;
}

static int op_partition_add(struct call *call)
{
    const char *disk = text(call);
    struct blkpg_partition part = {.pno = (int)read_u32(call->arguments)};
    part.start = (long long)read_u64(call->arguments);
    part.length = (long long)read_u64(call->arguments);
    return call->arguments->bad ? -EINVAL : partition(disk, BLKPG_ADD_PARTITION, &part);
}

static int op_partition_remove(struct call *call)
{
    const char *disk = text(call);
    struct blkpg_partition part = {.pno = (int)read_u32(call->arguments)};
    return call->arguments->bad ? -EINVAL : partition(disk, BLKPG_DEL_PARTITION, &part);
}

static int op_netns_add(struct call *call)
{
    const char *path = text(call);
    return call->arguments->bad ? -EINVAL : netns_add(path);
}

static int op_netns_remove(struct call *call)
{
    const char *path = text(call);
    return call->arguments->bad ? -EINVAL : netns_remove(path);
}

static int op_bridge_add(struct call *call)
{
    const char *name = text(call), *address = text(call);
    uint32_t prefix_length = read_u32(call->arguments);
    return call->arguments->bad ? -EINVAL : bridge_add(name, address, prefix_length);
}

static int op_link_remove(struct call *call)
{
    const char *name = text(call);
    return call->arguments->bad ? -EINVAL : link_remove(name);
}

static int op_link_down(struct call *call)
{
    const char *name = text(call);
    return call->arguments->bad ? -EINVAL : link_down(name);
}

static int op_veth_add(struct call *call)
{
    const char *host_name = text(call), *namespace_path = text(call), *inner_name = text(call);
    return call->arguments->bad ? -EINVAL : veth_add(host_name, namespace_path, inner_name);
}

static int op_veth_configure(struct call *call)
{
    struct veth veth;
    size_t mac_length;
    veth.host_name = text(call);
    veth.bridge = text(call);
    veth.namespace_path = text(call);
    veth.inner_name = text(call);
    const uint8_t *mac = read_bytes(call->arguments, &mac_length);
    veth.address = text(call);
    veth.prefix_length = read_u32(call->arguments);
    veth.gateway = text(call);
    if (call->arguments->bad || mac_length != 6)
        return -EINVAL;
    memcpy(veth.mac, mac, 6);
    return veth_configure(&veth);
}

static int op_kill(struct call *call)
{
    uint32_t pid = read_u32(call->arguments), number = read_u32(call->arguments);
    if (call->arguments->bad || pid < 2 || pid > INT32_MAX)
        return -EINVAL;
    return check(kill((pid_t)pid, (int)number));
}

static int op_set_clock(struct call *call)
{
    struct timespec now = {.tv_sec = (time_t)read_u64(call->arguments)};
    now.tv_nsec = (long)read_u32(call->arguments);
    return call->arguments->bad ? -EINVAL : check(clock_settime(CLOCK_REALTIME, &now));
}

static int op_add_entropy(struct call *call)
{
    struct {
        int bits, length;
        uint8_t bytes[512];
    } pool;
    size_t length;
    const uint8_t *bytes = read_bytes(call->arguments, &length);
    if (call->arguments->bad || length > sizeof pool.bytes)
        return -EINVAL;
    pool.bits = (int)length * 8;
    pool.length = (int)length;
    memcpy(pool.bytes, bytes, length);
    int fd = open("/dev/urandom", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int error = check(ioctl(fd, RNDADDENTROPY, &pool));
    if (!error)
        error = check(ioctl(fd, RNDRESEEDCRNG));
    close(fd);
    return error;
}

static int op_stat(struct call *call)
{
    const char *root = text(call), *path = text(call);
    if (call->arguments->bad)
        return -EINVAL;
    struct stat status = {0};
    uint8_t kind = 0;
    int fd = confined_open(root, path, O_PATH | O_NOFOLLOW, 0);
    if (fd >= 0) {
        int error = check(fstat(fd, &status));
        close(fd);
        if (error)
            return error;
        kind = S_ISREG(status.st_mode) ? 1 : S_ISDIR(status.st_mode) ? 2 : S_ISLNK(status.st_mode) ? 3 : 4;
    } else if (fd != -ENOENT && fd != -ENOTDIR) {
        return fd;
    }
    uint8_t answer[21] = {kind};
    uint64_t size = htole64((uint64_t)status.st_size), mtime = htole64((uint64_t)status.st_mtime);
    uint32_t mode = htole32(status.st_mode);
    memcpy(answer + 1, &size, 8);
    memcpy(answer + 9, &mode, 4);
    memcpy(answer + 13, &mtime, 8);
    return result_bytes(call, answer, sizeof answer);
}

static int op_list(struct call *call)
{
    const char *path = text(call);
    if (call->arguments->bad)
        return -EINVAL;
    struct buffer names = {0};
    DIR *directory = opendir(path);
    if (!directory && errno != ENOENT)
        return -errno;
    int error = 0;
    for (struct dirent *entry; directory && !error && (entry = readdir(directory));) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        if (names.length > WIRE_MAX_MESSAGE_BYTES / 2 || !buffer_append(&names, entry->d_name, strlen(entry->d_name) + 1))
            error = -E2BIG;
    }
    if (directory)
        closedir(directory);
    if (!error)
        error = result_bytes(call, names.bytes, names.length);
    buffer_free(&names);
    return error;
}

static int op_cgroup_remove(struct call *call)
{
    const char *path = text(call);
    return call->arguments->bad ? -EINVAL : cgroup_remove(path);
}

static int op_cgroup_devices(struct call *call)
{
    const char *path = text(call);
    size_t length = 0;
    const uint8_t *program = read_bytes(call->arguments, &length);
    if (call->arguments->bad)
        return -EINVAL;
    int error = make_directories(path, 0755);
    return error ? error : cgroup_limit_devices(path, program, length);
}

static int op_sync(struct call *call)
{
    (void)call;
    sync();
    return 0;
}

static int op_copy_tree(struct call *call)
{
    const char *root = text(call), *path = text(call), *target = text(call);
    if (call->arguments->bad)
        return -EINVAL;
    return tree_copy(root, path, target, call->message, call->message_size);
}

static int op_default_route(struct call *call)
{
    const char *path = text(call), *gateway = text(call);
    return call->arguments->bad ? -EINVAL : netns_default_route(path, gateway);
}

static int op_tree_size(struct call *call)
{
    const char *path = text(call);
    uint64_t bytes = 0;
    int error = call->arguments->bad ? -EINVAL : tree_size(path, &bytes);
    if (error)
        return error;
    bytes = htole64(bytes);
    return result_bytes(call, &bytes, sizeof bytes);
}

static int op_bind_confined(struct call *call)
{
    const char *root = text(call), *path = text(call), *target = text(call);
    return call->arguments->bad ? -EINVAL : bind_confined(root, path, target);
}

static const struct {
    const char *name;
    int (*run)(struct call *call);
} operations[] = {
    [OP_MKDIR] = {"mkdir", op_mkdir},
    [OP_WRITE] = {"write", op_write},
    [OP_READ] = {"read", op_read},
    [OP_READ_IF_THERE] = {"read", op_read_if_there},
    [OP_REMOVE_TREE] = {"remove", op_remove_tree},
    [OP_MOUNT] = {"mount", op_mount},
    [OP_UNMOUNT] = {"unmount", op_unmount},
    [OP_SYMLINK] = {"symlink", op_symlink},
    [OP_RENAME] = {"rename", op_rename},
    [OP_PARTITION_ADD] = {"add partition", op_partition_add},
    [OP_PARTITION_REMOVE] = {"remove partition", op_partition_remove},
    [OP_NETNS_ADD] = {"add network namespace", op_netns_add},
    [OP_NETNS_REMOVE] = {"remove network namespace", op_netns_remove},
    [OP_BRIDGE_ADD] = {"add bridge", op_bridge_add},
    [OP_LINK_REMOVE] = {"remove link", op_link_remove},
    [OP_VETH_ADD] = {"add veth", op_veth_add},
    [OP_VETH_CONFIGURE] = {"configure veth", op_veth_configure},
    [OP_LINK_DOWN] = {"take down link", op_link_down},
    [OP_KILL] = {"kill", op_kill},
    [OP_SET_CLOCK] = {"set clock", op_set_clock},
    [OP_ADD_ENTROPY] = {"add entropy", op_add_entropy},
    [OP_STAT] = {"stat", op_stat},
    [OP_LIST] = {"list", op_list},
    [OP_CGROUP_REMOVE] = {"remove cgroup", op_cgroup_remove},
    [OP_SYNC] = {"sync", op_sync},
    [OP_COPY_TREE] = {"copy", op_copy_tree},
    [OP_DEFAULT_ROUTE] = {"set default route", op_default_route},
    [OP_TREE_SIZE] = {"measure", op_tree_size},
    [OP_BIND_CONFINED] = {"bind", op_bind_confined},
    [OP_CGROUP_DEVICES] = {"limit devices of", op_cgroup_devices},
};

static int run_operation(struct batch *batch, struct reader *arguments)
{
    uint8_t code = read_u8(arguments);
    if (arguments->bad || code >= sizeof operations / sizeof *operations || !operations[code].run) {
        snprintf(batch->message, sizeof batch->message, "operation %u is unknown", code);
        return -ENOSYS;
    }
    char detail[256] = "";
    struct call call = {.arguments = arguments, .results = &batch->results, .message = detail, .message_size = sizeof detail};
    int error = operations[code].run(&call);
    if (error)
        snprintf(batch->message, sizeof batch->message, "%s %s: %s", operations[code].name,
                 call.text_count ? call.texts[0] : "", detail[0] ? detail : strerror(-error));
    for (int i = 0; i < call.text_count; i++)
        free(call.texts[i]);
    return error;
}

static void batch_done(void *argument)
{
    struct batch *batch = argument;
    struct stream *stream = stream_find(batch->stream);
    if (stream && batch->error) {
        stream_fail(stream, -batch->error, batch->message);
    } else if (stream) {
        stream_result(stream, batch->results.bytes, batch->results.length);
        stream_destroy(stream, false);
    }
    buffer_free(&batch->arguments);
    buffer_free(&batch->results);
    free(batch);
}

static void *batch_run(void *argument)
{
    struct batch *batch = argument;
    struct reader reader = {batch->arguments.bytes, batch->arguments.length, 0, false};
    while (reader.offset < reader.length && !batch->error)
        batch->error = run_operation(batch, &reader);
    loop_post(batch_done, batch);
    return NULL;
}

void operations_start(struct stream *stream, struct reader *arguments)
{
    struct batch *batch = calloc(1, sizeof *batch);
    if (!batch || !buffer_append(&batch->arguments, arguments->bytes + arguments->offset, arguments->length - arguments->offset)) {
        free(batch);
        stream_fail(stream, ENOMEM, "out of memory");
        return;
    }
    batch->stream = stream->id;
    if (!task_start(batch_run, batch)) {
        batch->error = -EAGAIN;
        snprintf(batch->message, sizeof batch->message, "no thread");
        batch_done(batch);
    }
}
