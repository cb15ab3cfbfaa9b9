/* crun's configuration for the machine: what crun's own configure finds for Debian 12's i386 C library, and no more features than the engine uses.
   Written down, because configure and make cost ten times what the compiler does. Version macros come from the build step. */
#define HAVE_CAP 1
#define HAVE_COPY_FILE_RANGE 1
#define HAVE_ERROR_H 1
#define HAVE_FGETPWENT_R 1
#define HAVE_FGETXATTR 1
#define HAVE_FSCONFIG_CMD_CREATE_LINUX_MOUNT_H 1
#define HAVE_FSCONFIG_CMD_CREATE_SYS_MOUNT_H 1
#define HAVE_LINUX_OPENAT2_H 1
#define HAVE_SECCOMP 1
#define HAVE_SECCOMP_GET_NOTIF_SIZES 1
#define HAVE_STATX 1
#define HAVE_STDATOMIC_H 1
#define HAVE_YAJL 1
#define SECCOMP_ARCH_RESOLVE_NAME 1

/* Handlers are plug-ins of a dynamic crun. */
#define PACKAGE_NAME "crun"
#define CRUN_LIBDIR "/usr/lib/crun"
#define LIBCRUN_PUBLIC extern
