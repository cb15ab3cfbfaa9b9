/* Operations of a batch, one after another until one fails, in a thread: a mount may wait for the network. */

#include "operations.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct batch {
    uint32_t stream;
    struct buffer arguments, results;
    int error;
    char message[512];
};

const char *text(struct call *call)
{
    char *value = read_string(call->arguments);
    if (value && call->text_count < 8)
        call->texts[call->text_count++] = value;
    return value ? value : "";
}

int check(int result) { return result < 0 ? -errno : 0; }

int result_bytes(struct call *call, const void *bytes, size_t length)
{
    if (!buffer_append_u32(call->results, (uint32_t)length) || !buffer_append(call->results, bytes, length))
        return -ENOMEM;
    return 0;
}

int on_text(struct call *call, int (*act)(const char *text))
{
    const char *argument = text(call);
    return call->arguments->bad ? -EINVAL : act(argument);
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
    [OP_BRIDGE_PORT_ADD] = {"add bridge port", op_bridge_port_add},
    [OP_BRIDGE_PORT_CLOSE] = {"close bridge port", op_bridge_port_close},
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
    [OP_USED_SPACE] = {"measure", op_used_space},
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
