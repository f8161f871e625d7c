"""Which system calls a process that opens strangers' files may still make: seccomp(2), where libseccomp is installed.

The library is called as it is: its Python bindings are for Debian's own interpreter, or no longer kept. Calls are
named, hence right on every processor.
"""

import ctypes
import errno
from collections.abc import Callable
from functools import cache

_LIBRARY = "libseccomp.so.2"
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM  # SCMP_ACT_ALLOW, SCMP_ACT_ERRNO(EPERM)
_TSYNC = 4  # SCMP_FLTATR_CTL_TSYNC: every thread of the process, those that already run too
# Memory, time, what is already open, and ending: no file, no network, no program, no fork, no signal to another.
_NEEDED = (
    "read write readv writev recvfrom recvmsg sendto sendmsg poll ppoll close lseek fstat newfstatat "
    "mmap munmap mremap mprotect madvise brk futex sched_yield sched_getaffinity membarrier rseq "
    "clock_gettime clock_nanosleep nanosleep gettimeofday time getrandom getpid gettid getuid getrusage times "
    "rt_sigreturn rt_sigaction rt_sigprocmask sigaltstack restart_syscall exit exit_group"
).split()


@cache
def prepared() -> Callable[[], bool] | None:
    """Return what puts the filter on the process that calls it, for good; None where there is no libseccomp.

    Made once, before any fork. The function returned says whether the kernel took the filter.
    """
    try:
        library = ctypes.CDLL(_LIBRARY)
        library.seccomp_init.restype = ctypes.c_void_p
    except (OSError, AttributeError):
        return None
    context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(_REFUSE)))
    if not context or library.seccomp_attr_set(context, _TSYNC, 1):
        return None
    for name in _NEEDED:
        number = library.seccomp_syscall_resolve_name(name.encode())
        # A call that a processor does not have needs no rule.
        if number >= 0 and library.seccomp_rule_add_array(context, ctypes.c_uint32(_ALLOW), number, 0, None):
            return None
    return lambda: library.seccomp_load(context) == 0
