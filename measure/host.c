#include "host.h"

#include "printable.h"

#include <sys/utsname.h>

void host_read(char name[HOST_BYTES])
{
    struct utsname system;
    (void)uname(&system); /* cannot fail */
    printable_copy(system.nodename, name, HOST_BYTES);
}
