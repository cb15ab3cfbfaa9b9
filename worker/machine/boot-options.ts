// What the machine is: its memory and the kernel's command line.

export const MEMORY_BYTES = 512 * 1024 * 1024;

/**
 * No second processor, interrupt controller, watchdog or mitigations: v86 has none of what they are for. No security modules, pressure
 * figures, kernel memory accounting or hardening of each system call: they cost a sixth of a container's start and nobody asks them. No
 * tracing files: their inodes are a megabyte of the snapshot. Warnings and worse go to the serial port; a panic stays where it is, for
 * the page to tell.
 */
export const BOOT_OPTIONS =
  "console=ttyS0 loglevel=5 panic=0 init_on_alloc=0 preempt=none apparmor=0 audit=0 nosmp nowatchdog noapic nolapic " +
  "mitigations=off tsc=reliable random.trust_cpu=on cgroup_no_v1=all " +
  "randomize_kstack_offset=off hardened_usercopy=off noautogroup " +
  "lsm= selinux=0 psi=0 cgroup_disable=cpuset,hugetlb,rdma,misc,perf_event cgroup.memory=nokmem,nosocket " +
  "initcall_blacklist=tracer_init_tracefs";
