/* From the kernel's first process to a system: mounts, modules, and the system image on the layer disk under a root whose
 * changes live in memory. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/blkpg.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent.h"
#include "dns-redirect.h"

#define MODULES_LIST "/lib/slipway/modules.order"
#define CHANNEL_PORT "virtio-1"
#define SYSTEM_START (1024 * 1024)

void log_line(const char *format, ...)
{
    char line[512];
    int error = errno;
    va_list arguments;
    va_start(arguments, format);
    int length = snprintf(line, sizeof line, "<5>agent: ");
    errno = error;
    length += vsnprintf(line + length, sizeof line - (size_t)length, format, arguments);
    va_end(arguments);
    int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        if (write(fd, line, length < (int)sizeof line ? (size_t)length : sizeof line - 1) < 0)
            errno = error;
        close(fd);
    }
}

static void mount_at(const char *source, const char *target, const char *type, unsigned long flags, const char *data)
{
    mkdir(target, 0755);
    if (mount(source, target, type, flags, data) < 0 && errno != EBUSY)
        log_line("mount %s on %s: %m", source, target);
}

static void load_modules(void)
{
    FILE *list = fopen(MODULES_LIST, "re");
    char path[256];
    while (list && fgets(path, sizeof path, list)) {
        path[strcspn(path, "\n")] = 0;
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) < 0 && errno != EEXIST))
            log_line("module %s: %m", path);
        if (fd >= 0) {
            close(fd);
            unlink(path); /* the initramfs is memory */
        }
    }
    if (list)
        fclose(list);
}

/* Disks are probed in the background. */
static int open_disk(const char *path)
{
    for (int tries = 0; tries < 3000; tries++) {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd >= 0)
            return fd;
        usleep(10000);
    }
    log_line("%s did not appear", path);
    return -1;
}

/* The length of the system image comes on the kernel's command line: slipway.system=BYTES. */
static long long system_length(void)
{
    char line[2048] = "";
    int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        if (read(fd, line, sizeof line - 1) < 0)
            line[0] = 0;
        close(fd);
    }
    const char *option = strstr(line, "slipway.system=");
    return option ? atoll(option + strlen("slipway.system=")) : 0;
}

static void mount_system(void)
{
    struct blkpg_partition part = {.pno = 1, .start = SYSTEM_START, .length = system_length()};
    struct blkpg_ioctl_arg argument = {.op = BLKPG_ADD_PARTITION, .datalen = sizeof part, .data = &part};
    int disk = open_disk("/dev/sda");
    if (disk < 0 || (ioctl(disk, BLKPG, &argument) < 0 && errno != EBUSY))
        log_line("partition of the system image: %m");
    if (disk >= 0)
        close(disk);
    mkdir("/system", 0755);
    for (int tries = 0; mount("/dev/sda1", "/system", "erofs", MS_RDONLY, NULL) < 0; tries++) {
        if (tries == 300) {
            log_line("mount of the system image: %m");
            break;
        }
        usleep(10000);
    }
    mount_at("tmpfs", "/changes", "tmpfs", 0, "mode=755");
    mkdir("/changes/upper", 0755);
    mkdir("/changes/work", 0755);
    mount_at("overlay", "/root.new", "overlay", 0, "lowerdir=/system,upperdir=/changes/upper,workdir=/changes/work");
}

static void enter_root(void)
{
    static const char *const moved[] = {"/proc", "/sys", "/dev"};
    char target[64];
    for (size_t i = 0; i < 3; i++) {
        snprintf(target, sizeof target, "/root.new%s", moved[i]);
        mkdir(target, 0755);
        if (mount(moved[i], target, NULL, MS_MOVE, NULL) < 0)
            log_line("move %s: %m", moved[i]);
    }
    if (chdir("/root.new") < 0 || mount(".", "/", NULL, MS_MOVE, NULL) < 0 || chroot(".") < 0 || chdir("/") < 0)
        log_line("entering the system: %m");
}

static void write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        log_line("%s: %m", path);
    if (fd >= 0)
        close(fd);
}

static void mount_kernel_file_systems(void)
{
    mount_at("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "mode=620,gid=5,ptmxmode=666");
    mount_at("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
    mount_at("mqueue", "/dev/mqueue", "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    mount_at("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755");
    mount_at("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
    mount_at("cgroup2", "/sys/fs/cgroup", "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC, "nsdelegate");
    mkdir("/run/netns", 0755);
    rmdir("/var/run"); /* a directory in the package, which Debian's own set-up replaces */
    symlink("/run", "/var/run");
    mkdir("/run/docker", 0711);
    symlink("/run/netns", "/run/docker/netns"); /* where Docker has them, and `docker inspect` says they are */
    mkdir("/run/lock", 01777);
    mkdir("/run/slipway", 0700);
    mkdir("/run/slipway/console", 0700);
    mkdir("/run/slipway/containers", 0700);
    mkdir("/run/slipway/layers", 0700);
    mkdir("/run/slipway/netns", 0700);
    /* Processes of the machine itself stay in the root group, the one that may have processes beside groups with controllers: liblxc
     * makes its containers' groups beside those of PID 1. */
    write_text("/sys/fs/cgroup/cgroup.subtree_control", "+cpu +memory +pids +io");
    mkdir("/sys/fs/cgroup/docker", 0755);
    write_text("/sys/fs/cgroup/docker/cgroup.subtree_control", "+cpu +memory +pids +io");
}

void boot_early(void)
{
    mount_at("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    mount_at("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    mount_at("devtmpfs", "/dev", "devtmpfs", MS_NOSUID, "mode=755");
    load_modules();
    mount_system();
    enter_root();
    mount_kernel_file_systems();
    /* Mounts of containers must not reach the machine's own tree: private, as crun and LXC expect to be able to make them. */
    mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL);
    write_text("/proc/sys/net/ipv4/ip_forward", "1");
    int error = dns_redirect();
    if (error)
        log_line("redirection of name servers: %s", strerror(-error));
    setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    if (sethostname("slipway", 7) < 0)
        log_line("host name: %m");
}

/* The port is found by the name that the machine gives it. */
static int find_channel(void)
{
    DIR *ports = opendir("/sys/class/virtio-ports");
    int found = -1;
    for (struct dirent *entry; ports && found < 0 && (entry = readdir(ports));) {
        char path[320], name[32] = "";
        snprintf(path, sizeof path, "/sys/class/virtio-ports/%s/name", entry->d_name);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            continue;
        if (read(fd, name, sizeof name - 1) > 0 && !strncmp(name, CHANNEL_PORT, strlen(CHANNEL_PORT))) {
            snprintf(path, sizeof path, "/dev/%s", entry->d_name);
            found = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
        }
        close(fd);
    }
    if (ports)
        closedir(ports);
    return found;
}

int boot_open_channel(void)
{
    for (int tries = 0; tries < 3000; tries++) {
        int fd = find_channel();
        if (fd >= 0)
            return fd;
        usleep(10000);
    }
    log_line("no console port for the channel");
    return -1;
}
