/* A container may have a name server of its own at port 53 of every address, so the embedded one must not have that port. Docker leads
 * questions to its other port by rules in each container's namespace; here programs of the root cgroup do so for all of them, as they
 * are asked: what a container costs at its start stays the same. */

#include "dns-redirect.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#include "bpf.h"

#define ROOT_CGROUP "/sys/fs/cgroup"
#define SERVER_ADDRESS 0x7f00000b
#define MAPPED 0xffff /* before an IPv4 address in one of IPv6 */
#define DOMAIN_PORT 53
#define DNS_REDIRECTED_PORT 65053 /* above those that the kernel gives out */
#define OPERATION(opcode, to, from, field, value) \
    {.code = (opcode), .dst_reg = (to), .src_reg = (from), .off = (field), .imm = (int32_t)(value)}
#define LOAD(to, field) OPERATION(BPF_LDX | BPF_MEM | BPF_W, to, BPF_REG_1, offsetof(struct bpf_sock_addr, field), 0)
#define STORE(field, from) OPERATION(BPF_STX | BPF_MEM | BPF_W, BPF_REG_1, from, offsetof(struct bpf_sock_addr, field), 0)
#define SET(to, value) OPERATION(BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, value)
#define SKIP_UNLESS(left, value, skipped) OPERATION(BPF_JMP32 | BPF_JNE | BPF_K, left, 0, skipped, value)
#define EXIT OPERATION(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

static bool redirected;

static int attach(enum bpf_attach_type hook, const struct bpf_insn *instructions, size_t length)
{
    int program = bpf_load(BPF_PROG_TYPE_CGROUP_SOCK_ADDR, hook, instructions, length);
    if (program < 0)
        return program;
    int result = bpf_attach(ROOT_CGROUP, program, hook);
    close(program);
    return result;
}

/* The program makes one port of that address the other in what a system call names. */
static int redirect(enum bpf_attach_type hook, uint16_t from, uint16_t to)
{
    const struct bpf_insn instructions[] = {
        LOAD(BPF_REG_2, user_ip4),
        SKIP_UNLESS(BPF_REG_2, htonl(SERVER_ADDRESS), 4),
        LOAD(BPF_REG_2, user_port),
        SKIP_UNLESS(BPF_REG_2, htons(from), 2),
        SET(BPF_REG_2, htons(to)),
        STORE(user_port, BPF_REG_2),
        SET(BPF_REG_0, 1),
        EXIT,
    };
    return attach(hook, instructions, sizeof instructions);
}

/* The same for sockets of IPv6 that speak IPv4. */
static int redirect_mapped(enum bpf_attach_type hook, uint16_t from, uint16_t to)
{
    const struct bpf_insn instructions[] = {
        LOAD(BPF_REG_2, user_ip6[0]),
        SKIP_UNLESS(BPF_REG_2, 0, 10),
        LOAD(BPF_REG_2, user_ip6[1]),
        SKIP_UNLESS(BPF_REG_2, 0, 8),
        LOAD(BPF_REG_2, user_ip6[2]),
        SKIP_UNLESS(BPF_REG_2, htonl(MAPPED), 6),
        LOAD(BPF_REG_2, user_ip6[3]),
        SKIP_UNLESS(BPF_REG_2, htonl(SERVER_ADDRESS), 4),
        LOAD(BPF_REG_2, user_port),
        SKIP_UNLESS(BPF_REG_2, htons(from), 2),
        SET(BPF_REG_2, htons(to)),
        STORE(user_port, BPF_REG_2),
        SET(BPF_REG_0, 1),
        EXIT,
    };
    return attach(hook, instructions, sizeof instructions);
}

int dns_redirect(void)
{
    static const enum bpf_attach_type to_server[] = {BPF_CGROUP_INET4_CONNECT, BPF_CGROUP_UDP4_SENDMSG},
                                      from_server[] = {BPF_CGROUP_UDP4_RECVMSG, BPF_CGROUP_INET4_GETPEERNAME},
                                      from_server_mapped[] = {BPF_CGROUP_UDP6_RECVMSG, BPF_CGROUP_INET6_GETPEERNAME};
    int error = redirect_mapped(BPF_CGROUP_INET6_CONNECT, DOMAIN_PORT, DNS_REDIRECTED_PORT);
    for (size_t i = 0; i < 2 && !error; i++) {
        error = redirect(to_server[i], DOMAIN_PORT, DNS_REDIRECTED_PORT);
        if (!error)
            error = redirect(from_server[i], DNS_REDIRECTED_PORT, DOMAIN_PORT);
        if (!error)
            error = redirect_mapped(from_server_mapped[i], DNS_REDIRECTED_PORT, DOMAIN_PORT);
    }
    redirected = !error;
    return error;
}

int dns_server_port(void) { return redirected ? DNS_REDIRECTED_PORT : DOMAIN_PORT; }
