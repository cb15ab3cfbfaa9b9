// What `docker run hello-world` runs: says that every part between the command and a process of its own works.
// Two system calls and no C library, so that the image is as small as it looks.

static const char text[] =
    "\n"
    "Hello from Docker, in your browser!\n"
    "\n"
    "You read this because each of these parts did its work:\n"
    " 1. The docker command asked the engine, in this page's worker, for a container.\n"
    " 2. The engine mounted the layers of the image \"hello-world\" as the container's files.\n"
    " 3. The Linux kernel gave it namespaces of its own, and started this program in them.\n"
    " 4. What it wrote came back through the engine to your terminal.\n"
    "\n"
    "Something bigger to try:\n"
    "  docker run -it --rm debian bash\n"
    "\n";

enum { SYS_EXIT = 1, SYS_WRITE = 4 };

static long system_call(long number, long first, const void *second, unsigned long third)
{
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(first), "c"(second), "d"(third) : "memory");
    return result;
}

void _start(void)
{
    unsigned long done = 0;
    long written = 0;
    while (done < sizeof text - 1 && written >= 0) {
        written = system_call(SYS_WRITE, 1, text + done, sizeof text - 1 - done);
        if (written > 0)
            done += (unsigned long)written;
    }
    system_call(SYS_EXIT, written < 0, 0, 0);
    __builtin_unreachable();
}
