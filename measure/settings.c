#include "settings.h"

#include "files.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CPUS "/sys/devices/system/cpu"

/* Whether it is not 0; unknown for NAN. */
static enum answer answer(double truth)
{
    return isnan(truth) ? ANSWER_UNKNOWN : truth != 0 ? ANSWER_YES : ANSWER_NO;
}

/* ---- frequency ---- */

static void read_governor(const char *root, struct processors processors, char *list, size_t length)
{
    for (size_t i = 0; i < processors.count; i++) {
        char governor[32];
        size_t used = strlen(list);
        if (files_line(governor, sizeof governor, "%s" CPUS "/cpu%zu/cpufreq/scaling_governor",
                       root, processors.numbers[i]) &&
            !files_lists(list, ',', governor))
            (void)snprintf(list + used, length - used, "%s%s", used ? "," : "", governor);
    }
}

/* intel_pstate says whether it is off, every other driver whether it is on. */
static enum answer read_turbo(const char *root)
{
    const double off = files_number("%s" CPUS "/intel_pstate/no_turbo", root);
    return answer(isnan(off) ? files_number("%s" CPUS "/cpufreq/boost", root) : off == 0);
}

/* ---- cores ---- */

/* How many numbers "0-1,8" names. */
static unsigned count_listed(const char *list)
{
    unsigned count = 0;
    while (isdigit((unsigned char)*list)) {
        char *end;
        unsigned long first = strtoul(list, &end, 10), last = first;
        if (*end == '-')
            last = strtoul(end + 1, &end, 10);
        count += last >= first ? (unsigned)(last - first + 1) : 0;
        list = end + (*end == ',');
    }
    return count;
}

static unsigned read_threads_per_core(const char *root, struct processors processors)
{
    unsigned most = 0;
    for (size_t i = 0; i < processors.count; i++) {
        char list[256];
        const unsigned count = placement_core_list(root, processors.numbers[i], list, sizeof list)
                                   ? count_listed(list)
                                   : 0;
        most = count > most ? count : most;
    }
    return most;
}

static enum answer read_smt(const char *root, unsigned threads_per_core)
{
    const double active = files_number("%s" CPUS "/smt/active", root);
    return answer(isnan(active) && threads_per_core > 0 ? threads_per_core > 1 : active);
}

/* ---- memory ---- */

/* "always [madvise] never": the one in brackets. */
void settings_read_huge_pages(const char *root, char *chosen, size_t length)
{
    char line[64] = "", *rest = line;
    (void)files_line(line, sizeof line, "%s/sys/kernel/mm/transparent_hugepage/enabled", root);
    (void)strsep(&rest, "[");
    const char *word = strsep(&rest, "]");
    if (rest)
        (void)snprintf(chosen, length, "%s", word);
}

/* ---- who else is there ---- */

/* Processors of x86 tell that they are virtual; of others only a hypervisor that is seen does. */
static enum answer read_virtual_machine(const char *root, const char *hypervisor)
{
    char flags[8192];
    if (files_field(root, "/proc/cpuinfo", "flags", flags, sizeof flags))
        return answer(files_lists(flags, ' ', "hypervisor"));
    return *hypervisor ? ANSWER_YES : ANSWER_UNKNOWN;
}

static void read_product(const char *root, char *product, size_t length)
{
    char maker[64] = "", name[64] = "";
    (void)files_line(maker, sizeof maker, "%s/sys/class/dmi/id/sys_vendor", root);
    (void)files_line(name, sizeof name, "%s/sys/class/dmi/id/product_name", root);
    (void)snprintf(product, length, "%s%s%s", maker, *maker && *name ? " " : "", name);
}

/* InfiniBand, RoCE, Omni-Path and EFA are all in the first one; Slingshot's are in the second. */
void settings_read_fabric(const char *root, char *fabric, size_t length)
{
    files_first(fabric, length, "%s/sys/class/infiniband", root);
    if (!*fabric)
        files_first(fabric, length, "%s/sys/class/cxi", root);
}

/* Whether a group that this process is in has the word in its path; there is one a line. */
static bool is_in_group(const char *root, const char *word)
{
    char *line = NULL;
    size_t room = 0;
    bool found = false;
    FILE *stream = files_open(root, "/proc/self/cgroup");
    while (stream && !found && getline(&line, &room, stream) > 0)
        found = strstr(line, word);
    free(line);
    if (stream)
        (void)fclose(stream);
    return found;
}

/* What container engines leave behind for those who look; in the order of how sure it is. */
static void read_container(const char *root, char *container, size_t length)
{
    static const struct {
        const char *path, *name;
    } traces[] = {{"/run/.containerenv", "podman"},
                  {"/.dockerenv", "docker"},
                  {"/.singularity.d", "apptainer"}};
    static const char *const groups[] = {"kubepods", "docker", "libpod", "containerd", "lxc"};
    (void)files_line(container, length, "%s/run/systemd/container", root);
    for (size_t i = 0; i < sizeof traces / sizeof *traces && !*container; i++)
        if (files_exist(root, traces[i].path))
            (void)snprintf(container, length, "%s", traces[i].name);
    for (size_t i = 0; i < sizeof groups / sizeof *groups && !*container; i++)
        if (is_in_group(root, groups[i]))
            (void)snprintf(container, length, "%s", groups[i]);
}

static void read_load(const char *root, double load[3])
{
    char line[128] = "";
    load[0] = load[1] = load[2] = NAN;
    (void)files_line(line, sizeof line, "%s/proc/loadavg", root);
    (void)sscanf(line, "%lf %lf %lf", &load[0], &load[1], &load[2]);
}

void settings_read(const char *root, struct processors processors, struct settings *settings)
{
    *settings = (struct settings){.turbo = read_turbo(root)};
    read_governor(root, processors, settings->governor, sizeof settings->governor);
    settings_read_huge_pages(root, settings->huge_pages, sizeof settings->huge_pages);
    (void)files_line(settings->clocksource, sizeof settings->clocksource,
                     "%s/sys/devices/system/clocksource/clocksource0/current_clocksource", root);
    settings->threads_per_core = read_threads_per_core(root, processors);
    settings->smt = read_smt(root, settings->threads_per_core);
    (void)files_line(settings->hypervisor, sizeof settings->hypervisor, "%s/sys/hypervisor/type",
                     root);
    settings->virtual_machine = read_virtual_machine(root, settings->hypervisor);
    read_product(root, settings->product, sizeof settings->product);
    settings_read_fabric(root, settings->fabric, sizeof settings->fabric);
    read_container(root, settings->container, sizeof settings->container);
    settings->paranoid = files_number("%s/proc/sys/kernel/perf_event_paranoid", root);
    read_load(root, settings->load);
}
