/* Operations on network namespaces and links. */

#include <errno.h>
#include <string.h>

#include "netns.h"
#include "operations.h"

int op_netns_add(struct call *call) { return on_text(call, netns_add); }

int op_netns_remove(struct call *call) { return on_text(call, netns_remove); }

int op_default_route(struct call *call)
{
    const char *path = text(call), *gateway = text(call);
    return call->arguments->bad ? -EINVAL : netns_default_route(path, gateway);
}

int op_bridge_add(struct call *call)
{
    const char *name = text(call), *address = text(call);
    uint32_t prefix_length = read_u32(call->arguments);
    return call->arguments->bad ? -EINVAL : bridge_add(name, address, prefix_length);
}

int op_link_remove(struct call *call) { return on_text(call, link_remove); }

int op_bridge_port_add(struct call *call)
{
    const char *name = text(call), *bridge = text(call);
    return call->arguments->bad ? -EINVAL : bridge_port_add(name, bridge);
}

int op_bridge_port_close(struct call *call) { return on_text(call, bridge_port_close); }

int op_veth_add(struct call *call)
{
    const char *host_name = text(call), *namespace_path = text(call), *inner_name = text(call);
    return call->arguments->bad ? -EINVAL : veth_add(host_name, namespace_path, inner_name);
}

int op_veth_configure(struct call *call)
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
